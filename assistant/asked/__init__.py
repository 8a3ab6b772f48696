"""What readers ask, grouped by meaning, for the operator."""
