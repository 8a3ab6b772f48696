"""How we find it: passages, vectors, Chroma generations, the lexical index, and search over all of them."""
