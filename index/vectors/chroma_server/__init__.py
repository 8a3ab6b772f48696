"""Chroma as a server, single node or distributed: generations are collections there, which all machines search."""
