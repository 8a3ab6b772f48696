from __future__ import annotations

from api.http.serving.supervisor import ingester
from assistant.settings import HttpOptions, Settings


def test_ingester_is_named_after_what_it_may_do() -> None:
    assert ingester(Settings()).name == "ingest"
    assert ingester(Settings(serving=HttpOptions(ingest=False))).name == "keep the index"
