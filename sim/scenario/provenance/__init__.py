"""Where each value comes from and how far it is believed."""
