from __future__ import annotations

import pytest

from index.encoders.default_encoder import default_folder
from index.encoders.tokens import Tokens

BEGIN, END = 101, 102


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return Tokens(default_folder() / "tokenizer.json")


def test_tokens_a_text_stands_between_the_special_tokens(tokens: Tokens) -> None:
    empty, hello = tokens.ids(["", "hello"], most=8)
    assert empty == [BEGIN, END]
    assert (hello[0], len(hello), hello[-1]) == (BEGIN, 3, END)


def test_tokens_a_text_that_is_too_long_loses_its_end_and_keeps_the_special_tokens(tokens: Tokens) -> None:
    ((begin, *kept, end),) = tokens.ids(["word " * 9], most=8)
    assert (begin, len(kept), end) == (BEGIN, 6, END)
    assert tokens.ids(["word " * 6], most=8) == [[begin, *kept, end]]


def test_tokens_counting_reads_on_where_embedding_stops(tokens: Tokens) -> None:
    assert tokens.count("word " * 1000) == 1000
