from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from index.options import RetrievalOptions

ADAPTER = TypeAdapter(RetrievalOptions)


def test_retrieval_options_the_defaults_pass_their_own_validation() -> None:
    assert ADAPTER.validate_python({}) == RetrievalOptions()


@pytest.mark.parametrize("header", ["Authorization: Bearer 12 34", "X-Chroma-Token:1234"])
def test_retrieval_options_a_header_has_a_name_and_a_value(header: str) -> None:
    found = ADAPTER.validate_python({"chroma_header": header}).chroma_header
    assert found is not None
    assert found.get_secret_value() == header


@pytest.mark.parametrize("header", ["1234", "Authorization:", "A: b\r\nC: d", "Bearer 1: 2", "A: ü"])
def test_retrieval_options_what_is_no_header_is_refused(header: str) -> None:
    with pytest.raises(ValidationError, match="Write it like `Authorization: Bearer TOKEN`"):
        ADAPTER.validate_python({"chroma_header": header})
