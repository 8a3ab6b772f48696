"""The stack that tutorials give: one route, which encodes its question whenever a thread is free.

LangChain cuts the passages; Chroma is asked by its own client, since langchain-chroma is no dependency here.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from benchmarks.stacks.common import Asked, fill_collection, find, load_model


def make_app() -> FastAPI:
    model = load_model()
    collection = fill_collection()
    app = FastAPI()

    @app.post("/v1/ask")
    def ask(asked: Asked) -> dict[str, Any]:
        return find(collection, model.encode(asked.question))

    return app
