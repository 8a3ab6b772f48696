"""The question asked: its sub-questions and its topic."""
