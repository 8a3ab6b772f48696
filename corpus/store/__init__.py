"""The source of truth: articles, versions, passages, vectors and jobs."""
