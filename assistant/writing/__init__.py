"""Answers from evidence, verified sentence by sentence."""
