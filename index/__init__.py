"""How we find it: passages, vectors, Chroma generations, the word index, and search over all of them."""
