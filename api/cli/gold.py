"""`assistant gold check|draft`: gold questions of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.drafts import NewFile, write_drafts
from api.cli.terminal import one_line, say, tell
from api.problems import ExitCode

if TYPE_CHECKING:
    from assistant.evaluation.gold import Gold
    from assistant.evaluation.gold_check import Remark
    from corpus.article import Article

app = typer.Typer(help="Check and draft gold questions, to evaluate with.", no_args_is_help=True, rich_markup_mode=None)

Corpus = Annotated[Path | None, typer.Option(metavar="PATH", help="These articles, not those of the data folder.")]


@app.command("check")
def check(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="Questions: .jsonl, .csv (question, answer), BEIR folder, TREC topics."),
    ],
    corpus: Corpus = None,
    qrels: Annotated[Path | None, typer.Option(metavar="FILE", help="Relevance judgements of TREC topics.")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave out bad lines.")] = False,
) -> None:
    """Say what is wrong with gold questions: evidence that is not in the articles, nuggets it does not tell, leaks.

    Leaves with 1 when there is anything to correct, and 2 when the file cannot be read.
    """
    from assistant.evaluation.align import align
    from assistant.evaluation.gold_check import check_gold
    from assistant.evaluation.read_gold import read_gold

    found = read_gold(gold, qrels, skip_bad)
    articles = {article.external_id: article for article in _articles(corpus)}
    remarks = check_gold(align(found.questions, articles.get), articles.get)
    for remark in remarks:
        say(one_line(str(remark)))
    say(_summary(found, remarks))
    if remarks or found.skipped:
        raise typer.Exit(ExitCode.SOME_LEFT_OUT)


@app.command("draft")
def draft(
    corpus: Corpus = None,
    count: Annotated[int, typer.Option(min=1, help="How many to propose at most.")] = 50,
    out: NewFile = None,
) -> None:
    """Propose questions with their nuggets, from sentences with numbers, names and dates, for a person to mend.

    Each is marked `"draft": true`, and `evaluate` leaves it out until that is removed.
    """
    from assistant.evaluation.gold_draft import draft_questions
    from assistant.plurals import counted

    drafts = draft_questions(_articles(corpus), count)
    write_drafts(drafts, out)
    tell(
        f"{counted(len(drafts), 'draft')}. Reword each question, strike out or correct its nuggets, and remove `draft`."
    )


def _articles(corpus: Path | None) -> Iterator[Article]:
    """Yield every article of this file or folder, else of the data folder."""
    if corpus is not None:
        from assistant.evaluation.documents import articles_in

        yield from articles_in(corpus)
        return
    from assistant.evaluation.documents import articles_stored
    from assistant.settings import load_settings
    from corpus.store import open_store

    with open_store(load_settings().data_folder) as store:
        yield from articles_stored(store)


def _summary(gold: Gold, remarks: Sequence[Remark]) -> str:
    """Return `89 questions: 2 times evidence names a document that is not there.`"""
    from assistant.plurals import counted

    counts = Counter(str(remark.fault) for remark in remarks)
    told = [f"{counted(count, 'time')} {fault}" for fault, count in counts.items()]
    told += [f"{counted(len(gold.skipped), 'bad line')} left out"] if gold.skipped else []
    return f"{counted(len(gold.questions), 'question')}: {'; '.join(told) or 'nothing to correct'}."
