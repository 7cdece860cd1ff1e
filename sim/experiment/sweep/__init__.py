"""`sweep`: every point of a grid, as tables."""
