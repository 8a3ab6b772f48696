"""Reading models: where in a passage the answer to a question stands."""
