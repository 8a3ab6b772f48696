"""Search by meaning: Chroma generations, and what is searched exactly beside them."""
