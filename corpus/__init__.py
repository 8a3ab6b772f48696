"""Articles in, canonical text, versions, and the store that is the source of truth."""
