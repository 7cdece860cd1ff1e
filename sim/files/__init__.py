"""Files that other hands may have written or damaged: read within bounds, refused in one line that says where."""
