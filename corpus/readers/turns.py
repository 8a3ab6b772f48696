"""Turns: paragraphs of a transcript or interview that begin with who speaks, told by labels that come back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from corpus.block import BlockKind
from corpus.readers.pieces import Piece
from corpus.text.page_notes import is_value, labels_no_speaker

_LABEL = re.compile(
    r"""
    (?: [\[(]? \d{1,2} (?: : \d\d ){1,2} (?: [.,] \d{1,3} )? [\])]? \s+ (?: [–—-] \s+ )? )?  # when it was said
    (?P<label>
        [QA] (?= [:.] \s )                                             # question and answer
      | [A-Z] [A-Z.’'-]+ (?: \s [A-Z.’'-]+ ){0,5} (?: \s \( [^()]{1,40} \) )? (?= : )  # MS. LEE (on air)
      | [A-Z] [\w.’'-]+ (?: \s [A-Z] [\w.’'-]* ){0,3} (?= : \s )        # Ann Lee
    )
    [:.] \s+ (?= \S )
    """,
    re.VERBOSE,
)

_FEWEST_TURNS = 3
"""Labels in all that make a transcript, of which one must come back: a text with fewer only has colons."""


def mark_turns(pieces: Sequence[Piece]) -> None:
    """Mark the turns of a transcript, and the paragraphs that go on with one; nothing in other texts."""
    labels = _of_speakers({number: match for number, piece in enumerate(pieces) if (match := _label_of(piece))})
    times = Counter(match["label"] for match in labels.values())
    if len(labels) < _FEWEST_TURNS or max(times.values()) < 2 or len(times) < 2:
        return
    turn: Piece | None = None
    for number, piece in enumerate(pieces):
        if number in labels:
            turn = piece
            piece.label = labels[number].span("label")
        elif piece.kind is BlockKind.HEADING:
            turn = None
        if turn is not None and piece.kind is BlockKind.PARAGRAPH:
            piece.kind, piece.turn = BlockKind.TURN, turn


def begins_turn(line: str) -> bool:
    """Whether a line may begin with who speaks; names and colons stand elsewhere, too."""
    return _LABEL.match(line) is not None


def _label_of(piece: Piece) -> re.Match[str] | None:
    label = _LABEL.match(piece.text) if piece.kind is BlockKind.PARAGRAPH else None
    return label if label and not labels_no_speaker(label["label"], piece.text[label.end() :]) else None


def _of_speakers(labels: Mapping[int, re.Match[str]]) -> dict[int, re.Match[str]]:
    """Leave out labels behind which nothing but names, days and numbers stands: "Advisor: Dr. Ann Lee"."""
    speak = {match["label"] for match in labels.values() if not is_value(match.string[match.end() :])}
    return {number: match for number, match in labels.items() if match["label"] in speak}
