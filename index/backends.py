"""Which indexes are used. A second implementation of a Protocol is a further branch here, and nowhere else."""

from __future__ import annotations

from corpus.store.data_folder import DataFolder
from index.vectors.generations import ChromaGenerations
from index.vectors.protocols import VectorIndexReader, VectorIndexWriter
from index.words.bm25 import Bm25Files
from index.words.protocols import WordIndexReader, WordIndexWriter


def vector_reader(data: DataFolder) -> VectorIndexReader:
    return ChromaGenerations(data)


def vector_writer(data: DataFolder) -> VectorIndexWriter:
    return ChromaGenerations(data)


def word_reader(data: DataFolder) -> WordIndexReader:
    return Bm25Files(data.words)


def word_writer(data: DataFolder) -> WordIndexWriter:
    return Bm25Files(data.words)
