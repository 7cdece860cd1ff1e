"""Lesson five: the nation, set by sliders and played for a year."""
