"""What a page of a PDF shows: stretches of text, rules, and whether pictures cover it. Coordinates are points, y up."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """Text on one baseline without a gap. `y` is the baseline; `size` is that of its letters, in points.

    `ends_in_hyphen` when a hyphen stands at its end, soft or not, which `text` holds as it was written.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    mono: bool = False
    table: int | None = None
    """Which of the page's tables stands in this place; such a span has no text of its own."""
    height: float = 0.0
    """Of the table below `y` + `size`; of text it is its size."""

    @property
    def top(self) -> float:
        return self.y + self.size

    @property
    def bottom(self) -> float:
        return self.top - max(self.height, self.size)


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line, horizontal or vertical, or a side of a box."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(slots=True)
class Page:
    """A page as it is read: turned so that most of its text runs from left to right."""

    number: int
    width: float
    height: float
    spans: list[Span] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    dots: list[Rule] = field(default_factory=list)
    """Boxes around small round or square drawings, such as bullets."""
    characters: int = 0
    unknown: int = 0
    """Characters of which the file does not say what letters they are."""
    pictured: float = 0.0
    """Share of the page that its largest picture covers."""
