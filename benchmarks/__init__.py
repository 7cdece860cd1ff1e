"""Speed side by side with plain SimPy, by ratio: `python -m benchmarks`."""
