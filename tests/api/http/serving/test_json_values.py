from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.serving.json_values import ValueCount

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=30,
)


def values_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values_of, inner))


@given(ANY_JSON, st.booleans(), st.integers(1, 9))
def test_value_count_is_never_below_the_values_and_never_far_above_however_the_text_is_cut(
    value: Any, ascii_only: bool, length: int
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    count = ValueCount()
    told = [count.add(text[start : start + length]) for start in range(0, len(text), length)]

    assert told == sorted(told)
    assert values_of(value) - 1 <= told[-1] <= 2 * values_of(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (rb'{"text": "a, b, [c], {d} \" , \\"}', 1),
        (rb'{"text": "\\\\\", ,"}', 1),
        (b"[1,2,3,4]", 4),
        (b"{}," * 100, 200),
        (b'"' * 400, 100),
        ('{"\u2201": [1,2,3]}'.encode("utf-16-le"), 14),
    ],
)
def test_value_count_counts_what_stands_outside_of_strings(text: bytes, values: int) -> None:
    assert ValueCount().add(text) == values
