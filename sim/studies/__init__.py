"""Questions that take many runs: sweeps, solving for a value, bottlenecks, sensitivity, back-tests."""
