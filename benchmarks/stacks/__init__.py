"""Two other ways to serve the same articles. Both only find passages: they rerank, refuse and cite nothing."""
