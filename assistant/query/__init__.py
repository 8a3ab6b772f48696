"""Questions: their sub-questions, speakers, topic."""
