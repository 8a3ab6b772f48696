"""What we know: articles in, canonical text, versions, and the catalog that is the source of truth."""
