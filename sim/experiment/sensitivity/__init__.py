"""`sensitivity`: how much each assumed value matters."""
