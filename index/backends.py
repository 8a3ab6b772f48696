"""The choice of indexes; the only file of the product that names one.

For another vector engine, write a package beside `index/vectors/chroma` with a `VectorIndexReader` and a
`VectorIndexWriter` (`index.vectors.protocols`), then branch in `vector_reader` and `vector_writer`. For a second word
index, write a module beside `index/words/bm25.py` with a `WordIndexReader` and a `WordIndexWriter`
(`index.words.protocols`), then branch in `word_reader` and `word_writer`. Nothing else changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpus.store.data_folder import DataFolder, VectorServer
from index.vectors.chroma.generation_folders import ChromaGenerations
from index.vectors.protocols import VectorIndexReader, VectorIndexWriter
from index.words.bm25 import Bm25Files
from index.words.protocols import WordIndexReader, WordIndexWriter

if TYPE_CHECKING:
    from index.vectors.chroma_server.generations import ChromaServerGenerations


def vector_reader(data: DataFolder) -> VectorIndexReader:
    return _on_server(data, data.vector_server) if data.vector_server else ChromaGenerations(data)


def vector_writer(data: DataFolder) -> VectorIndexWriter:
    return _on_server(data, data.vector_server) if data.vector_server else ChromaGenerations(data)


def word_reader(data: DataFolder) -> WordIndexReader:
    return Bm25Files(data.words)


def word_writer(data: DataFolder) -> WordIndexWriter:
    return Bm25Files(data.words)


def _on_server(data: DataFolder, server: VectorServer) -> ChromaServerGenerations:
    # Who needs none does not pay for an HTTP client.
    from index.vectors.chroma_server.generations import ChromaServerGenerations

    return ChromaServerGenerations(data, server)
