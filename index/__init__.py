"""Passages, the vector index, the word index, and retrieval over both."""
