"""Documents of many kinds with the real encoder and reader: what is asked of them is answered, or honestly refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Settings
from assistant.answer import Status, Support
from assistant.ingestion.ingest import ingest_paths
from assistant.ingestion.report import IngestReport
from tests.documents.collection import Ask, Document, documents, write

ASKED = [
    pytest.param(document, ask, id=f"{document.kind}-{document.name}-{number}")
    for document in documents()
    for number, ask in enumerate(document.asks, 1)
]

MARKUP = re.compile(r"\*\*|~~|^#{1,6} |<[a-z/!][^>]*>|&[a-z]+;|\|\s*[-:]+\s*\||\[\[|\]\(", re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, and the documents beside it."""
    folder = tmp_path_factory.mktemp("documents")
    write(folder / "in")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> IngestReport:
    return ingest_paths(Settings(data=folder / "data"), [folder / "in"])


@pytest.fixture(scope="module")
def reader(folder: Path, report: IngestReport) -> Iterator[Assistant]:
    with Assistant.open(Settings(data=folder / "data")) as assistant:
        yield assistant


def assert_checked(answer: Answer, assistant: Assistant) -> None:
    """Every citation stands in the store, and what is quoted and what is added make up the sentences."""
    cited = {citation.id: citation for citation in answer.citations}
    for citation in answer.citations:
        article = assistant.store.articles.get(citation.hit.article.id, citation.hit.article.content_hash)
        assert article.text[citation.source_span.start : citation.source_span.end] == citation.quote
        for part in citation.context:
            assert article.text[part.start : part.end].strip()
    for sentence in answer.sentences:
        assert sentence.support is Support.VERBATIM
        spans = [cited[name].answer_span for name in sentence.citations]
        for name in sentence.citations:
            span = cited[name].answer_span
            assert answer.text[span.start : span.end] == cited[name].quote
        covered = {place for span in (*spans, *sentence.added) for place in range(span.start, span.end)}
        left = set(range(sentence.span.start, sentence.span.end)) - covered
        assert not "".join(answer.text[place] for place in sorted(left)).strip()


@pytest.mark.parametrize(("document", "ask"), ASKED)
def test_documents_answer_what_they_tell(reader: Assistant, document: Document, ask: Ask) -> None:
    answer = reader.ask(ask.question)

    assert_checked(answer, reader)
    assert not MARKUP.search(answer.text), answer.text
    if ask.refuses:
        assert answer.status is Status.NO_ANSWER, answer.text
    if answer.status is Status.NO_ANSWER and (ask.refuses or ask.or_refuses):
        return
    assert answer.status is Status.ANSWERED, answer.status
    assert [text for text in ask.has if text not in answer.text] == [], answer.text
    assert [text for text in ask.lacks if text in answer.text] == [], answer.text


def test_documents_are_read_but_for_drafts(report: IngestReport, reader: Assistant, folder: Path) -> None:
    left_out = {document.name for document in documents() if document.is_left_out}

    assert {Path(problem.source).name for problem in report.unreadable} == left_out
    stored = reader.store.articles.origins_under(folder / "in")
    titles = {Path(origin).name: reader.store.articles.get(name).title for origin, name in stored.items()}
    for document in documents():
        if document.title is not None:
            assert titles[document.name] == document.title
