"""`import sim` in a notebook: scenarios loaded, run and compared; tidy tables and charts."""
