"""The pathway compiled: flat memory, one event loop, the same records as `sim.pathway` to the last bit."""
