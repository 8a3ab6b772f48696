"""What was said before a question, and what it means for it: follow-ups, small talk."""
