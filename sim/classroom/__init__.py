"""The classroom: five short lessons in a local interactive page."""
