"""What is asked: sub-questions, parties, topic."""
