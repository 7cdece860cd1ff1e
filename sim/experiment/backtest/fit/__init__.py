"""Calibration: the national scenario fitted to published figures, and who is held on the days it starts."""
