"""The flow of people through custody: its balance, and the diagram laid out as a river."""
