"""What people look at: charts of a result and one self-contained page that argues from question to caveat."""
