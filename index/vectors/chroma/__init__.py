"""Chroma generations: collections built aside, verified, and only then named live."""
