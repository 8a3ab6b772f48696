"""The frame of an answer: all that is said around quotes, in the language of the question."""
