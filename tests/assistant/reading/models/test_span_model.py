import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.models.span_model import LONGEST_ANSWER, Reading

WORDS = "China will share its chips with other countries".split()
TEXT = " ".join(WORDS)
SPANS = np.array([(TEXT.index(word), TEXT.index(word) + len(word)) for word in WORDS], dtype=np.int32)


def reading(starts: dict[str, float], ends: dict[str, float]) -> Reading:
    """Logits of 0 for the words named, less for all others."""
    low = -9.0
    return Reading(
        SPANS,
        np.array([starts.get(word, low) for word in WORDS], dtype=np.float32),
        np.array([ends.get(word, low) for word in WORDS], dtype=np.float32),
        answers=0.0,
    )


def test_span_model_the_likeliest_span_goes_from_its_likeliest_start_to_its_likeliest_end() -> None:
    span = reading({"its": 3.0}, {"chips": 2.0}).best_span(0, len(TEXT))
    assert span is not None
    assert (TEXT[span.start : span.end], span.score) == ("its chips", 5.0)


def test_span_model_a_span_never_ends_before_it_starts() -> None:
    span = reading({"chips": 3.0}, {"its": 2.0, "chips": -2.0}).best_span(0, len(TEXT))
    assert span is not None
    assert TEXT[span.start : span.end] == "chips"


def test_span_model_only_what_lies_inside_is_looked_at() -> None:
    read = reading({"China": 9.0, "chips": 1.0}, {"China": 9.0, "chips": 1.0})
    span = read.best_span(TEXT.index("share"), len(TEXT))
    assert span is not None
    assert TEXT[span.start : span.end] == "chips"


def test_span_model_where_no_token_is_there_is_no_span() -> None:
    assert reading({}, {}).best_span(5, 6) is None
    assert reading({}, {}).best_span(len(TEXT), len(TEXT) + 10) is None


@given(data=st.data(), tokens=st.integers(1, 80))
def test_span_model_any_span_lies_inside_and_is_short(data: st.DataObject, tokens: int) -> None:
    logits = st.lists(st.floats(-20, 20, width=32), min_size=tokens, max_size=tokens)
    spans = np.array([(3 * n, 3 * n + 2) for n in range(tokens)], dtype=np.int32)
    read = Reading(spans, np.array(data.draw(logits)), np.array(data.draw(logits)), 0.0)
    start = data.draw(st.integers(0, 3 * tokens))
    end = data.draw(st.integers(start, 3 * tokens))
    if span := read.best_span(start, end):
        assert start <= span.start < span.end <= end
        assert span.end - span.start <= 3 * LONGEST_ANSWER
