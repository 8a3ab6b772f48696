"""What both stacks have in common: articles cut into passages, in Chroma, by the same model."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from langchain_text_splitters import RecursiveCharacterTextSplitter
from pydantic import BaseModel
from sentence_transformers import SentenceTransformer

from index.encoders.default_encoder import DefaultEncoder, default_folder

FOLDER = "BENCHMARK_PASSAGES"
"""The environment variable that names the folder where `embed_passages` has put them."""

_BATCH = 1_000
_PASSAGES, _VECTORS = "passages.json", "vectors.npy"


class Asked(BaseModel):
    question: str


def load_model() -> SentenceTransformer:
    return SentenceTransformer(str(default_folder()), device="cpu")


def embed_passages(corpus: Path, folder: Path) -> None:
    """Cut and embed the articles of a BEIR corpus, once for both stacks; by our runtime, since that is not timed."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    with corpus.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    texts = [f"{article.get('title', '')}\n\n{article['text']}" for article in articles]
    passages = [passage for text in texts for passage in splitter.split_text(text)]
    (folder / _PASSAGES).write_text(json.dumps(passages), encoding="utf-8")
    np.save(folder / _VECTORS, DefaultEncoder().embed_passages(passages))


def fill_collection() -> Any:
    folder = Path(os.environ[FOLDER])
    passages = json.loads((folder / _PASSAGES).read_text(encoding="utf-8"))
    vectors = np.load(folder / _VECTORS)
    collection = chromadb.EphemeralClient().create_collection("articles", metadata={"hnsw:space": "cosine"})
    for start in range(0, len(passages), _BATCH):
        batch = passages[start : start + _BATCH]
        ids = [str(start + n) for n in range(len(batch))]
        collection.add(ids=ids, documents=batch, embeddings=vectors[start : start + _BATCH])
    return collection


def find(collection: Any, vector: Any) -> dict[str, Any]:
    return {"passages": collection.query(query_embeddings=[vector], n_results=6)["documents"][0]}
