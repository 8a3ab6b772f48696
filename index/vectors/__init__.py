"""Search by meaning: the Protocols of a vector index, exact search, and the delta index. Engines are sub-packages."""
