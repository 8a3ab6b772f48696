from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, article_id, content_hash
from index.options import RetrievalOptions
from index.passage_text import embedded_text
from index.splitter import PassageSplitter
from tests.hashing_encoder import HashingEncoder

# What a store holds: no control characters but line ends and tabs, no surrogates.
CANONICAL = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t .!?"), max_size=2000)


def article(text: str, title: str = "", language: str | None = "en") -> Article:
    return Article(article_id("x"), "x", "x.txt", title, text, content_hash=content_hash(text), language=language)


def splitter(tokens: int = 32) -> PassageSplitter:
    return PassageSplitter(HashingEncoder(), RetrievalOptions(passage_tokens=tokens))


def texts(split: Article, tokens: int = 32) -> list[str]:
    return [split.text[passage.start : passage.end] for passage in splitter(tokens).split(split)]


def test_splitter_a_short_article_is_one_passage() -> None:
    assert texts(article("\n  One sentence. Another one.\n")) == ["One sentence. Another one."]


def test_splitter_an_empty_article_has_no_passages() -> None:
    assert texts(article("")) == []
    assert texts(article(" \n\n ")) == []


def test_splitter_passages_end_where_sentences_end() -> None:
    sentences = [f"Dr. Li of the U.S. team counted {n} chips in the year 2025 with great care." for n in range(9)]
    for passage in texts(article(" ".join(sentences))):
        assert passage.startswith("Dr. Li")
        assert passage.endswith("care.")


def test_splitter_a_sentence_longer_than_a_passage_is_cut_between_words() -> None:
    words = [f"word{number}" for number in range(100)]
    assert " ".join(texts(article(" ".join(words)))).split() == words


def test_splitter_the_title_counts_toward_the_length() -> None:
    text = "One two three four five six seven eight nine ten. " * 12
    assert len(texts(article(text))) < len(texts(article(text, title="A title of several more words")))


def test_splitter_a_very_long_title_leaves_room_for_the_passage() -> None:
    assert len(texts(article("Some words of text. " * 20, title="title " * 500))) < 20


def test_splitter_fifty_megabytes_on_one_line_become_passages() -> None:
    """Without spaces or sentence ends nothing tells where to cut, and a tokenizer sees one token."""
    endless = article("x" * 50_000_000)
    passages = splitter(256).split(endless)
    assert (passages[0].start, passages[-1].end) == (0, 50_000_000)
    assert max(passage.end - passage.start for passage in passages) <= 64 * 16


@given(CANONICAL, CANONICAL, st.sampled_from(["en", "zh", "xx", None]))
def test_splitter_passages_keep_every_character_in_order_and_fit(text: str, title: str, language: str | None) -> None:
    encoder = HashingEncoder()
    split = article(text, title, language)
    position = 0
    for passage in splitter(48).split(split):
        assert not split.text[position : passage.start].strip()
        assert passage.start < passage.end
        inside = split.text[passage.start : passage.end]
        assert inside == inside.strip()
        assert encoder.count_tokens(inside) <= 48
        position = passage.end
    assert not split.text[position:].strip()


@given(CANONICAL)
def test_splitter_a_passage_with_its_title_is_never_longer_than_asked(text: str) -> None:
    split = article(text, "China on semiconductors")
    for passage in splitter(48).split(split):
        assert HashingEncoder().count_tokens(embedded_text(split, passage.start, passage.end).whole) <= 48


def test_splitter_ids_differ_for_every_place_version_and_title() -> None:
    first = article("The same words. " * 30)
    versions = [
        first,
        replace(first, title="New title"),
        replace(first, content_hash="sha256:other"),
        replace(first, id="a-other"),
    ]
    ids = [passage.id for version in versions for passage in splitter().split(version)]
    assert len(ids) == len(set(ids))


def test_splitter_the_same_text_under_the_same_title_is_embedded_once() -> None:
    passages = [splitter().split(article("Hello.", title="T"))[0] for _ in range(2)]
    other = splitter().split(replace(article("Hello.", title="T"), id="a-other"))[0]
    assert {passage.vector_key for passage in [*passages, other]} == {other.vector_key}
    assert other.id != passages[0].id


def test_splitter_the_fingerprint_follows_whatever_changes_the_cuts() -> None:
    class OtherEncoder(HashingEncoder):
        fingerprint = "hashing-other"

    options = RetrievalOptions(passage_tokens=48)
    fingerprints = {
        splitter(48).fingerprint,
        splitter(64).fingerprint,
        PassageSplitter(OtherEncoder(), options).fingerprint,
    }
    assert len(fingerprints) == 3
    assert splitter(48).fingerprint == PassageSplitter(HashingEncoder(), options).fingerprint


def test_splitter_what_is_embedded_begins_with_the_title() -> None:
    assert embedded_text(article("Its text.", "A title"), 0, 9).whole == "A title\nIts text."
    assert embedded_text(article("Its text."), 0, 9).whole == "Its text."
