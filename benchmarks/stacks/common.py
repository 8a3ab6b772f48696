"""What both stacks have in common: articles cut into passages, in Chroma, by the same model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import chromadb
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer

from index.default_encoder import default_folder

FOLDER = "BENCHMARK_ARTICLES"
"""The environment variable that names the folder of articles."""

_BATCH = 1_000
_SUFFIXES = (".md", ".txt")


class Asked(BaseModel):
    question: str


def load_model() -> SentenceTransformer:
    return SentenceTransformer(str(default_folder()), device="cpu")


def fill_collection(model: SentenceTransformer) -> Any:
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    paths = sorted(path for path in Path(os.environ[FOLDER]).rglob("*") if path.suffix in _SUFFIXES)
    passages = [passage for path in paths for passage in splitter.split_text(path.read_text(encoding="utf-8"))]
    collection = chromadb.EphemeralClient().create_collection("articles", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        ids = [str(start + n) for n in range(len(batch))]
        collection.add(ids=ids, documents=batch, embeddings=model.encode(batch))
    return collection


def find(collection: Any, vector: Any) -> dict[str, Any]:
    return {"passages": collection.query(query_embeddings=[vector], n_results=6)["documents"][0]}
