from __future__ import annotations

from pydantic import TypeAdapter

from index.options import RetrievalOptions


def test_retrieval_options_the_defaults_pass_their_own_validation() -> None:
    adapter = TypeAdapter(RetrievalOptions)
    assert adapter.validate_python({}) == RetrievalOptions()
