"""`solve`: the smallest or largest amount for which a target holds."""
