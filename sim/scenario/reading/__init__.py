"""From YAML texts to one tree that remembers where each value was written."""
