"""Two other ways to serve the same articles. Both only find passages: they read, judge and cite nothing."""
