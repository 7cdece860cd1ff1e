"""Experiments: replications of a scenario, kept safe while they run, and the folder they end in."""
