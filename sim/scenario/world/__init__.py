"""A scenario as the whole numbers that engines read."""
