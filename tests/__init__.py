"""Tests of detsim; a package of its own, so that no other installed `tests` takes its name."""
