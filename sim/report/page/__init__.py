"""The report: one HTML page of one result, or of several beside each other, that fetches nothing."""
