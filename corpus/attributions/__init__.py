"""Attributions: who says what in an article, directly or reported, told by how reports name their speakers."""
