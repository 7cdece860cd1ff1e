"""`bottleneck`: the limits that hold a goal back, in the order in which they bind."""
