"""Comparison of results, intervals of differences, and the formulas that stand beside a run."""
