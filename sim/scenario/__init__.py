"""What the user writes: a scenario file, read strictly and resolved completely."""
