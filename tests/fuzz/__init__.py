"""Inputs made wrong at random: each is refused in a few clear lines, or accepted and played alike by both engines."""
