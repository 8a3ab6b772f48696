"""Questions: their sub-questions, parties, speakers, topic."""
