"""Articles in: one pipeline for the command line and HTTP."""
