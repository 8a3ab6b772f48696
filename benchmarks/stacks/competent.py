"""The stack of somebody who has served a model before: few threads, and one question in the model at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

from fastapi import FastAPI

from benchmarks.stacks.common import Asked, fill_collection, find, load_model


def make_app() -> FastAPI:
    model = load_model()
    collection = fill_collection()
    one_at_a_time, threads = Lock(), ThreadPoolExecutor(4)
    app = FastAPI()

    def answer(question: str) -> dict[str, Any]:
        with one_at_a_time:
            vector = model.encode(question)
        return find(collection, vector)

    @app.post("/v1/ask")
    async def ask(asked: Asked) -> dict[str, Any]:
        return await asyncio.get_running_loop().run_in_executor(threads, answer, asked.question)

    return app
