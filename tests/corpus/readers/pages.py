"""Small PDFs, made by reportlab at places that a test chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = A4
LEADING = 13.0
SIZE = 11.0

Draw = Callable[[Any], None]


def pdf(*pages: Draw, encrypted: Any = None, **info: str) -> bytes:
    """Return a PDF with a page for each function that draws one."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4, encrypt=encrypted, invariant=1)
    for name, value in info.items():
        getattr(canvas, f"set{name.capitalize()}")(value)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def lines(canvas: Any, x: float, y: float, texts: Sequence[str], font: str = "Helvetica", size: float = SIZE) -> float:
    """Write lines below each other, and return the height of the next."""
    for text in texts:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
        y -= LEADING * size / SIZE
    return y


def justified(canvas: Any, x: float, y: float, texts: Sequence[str], width: float = 200.0, size: float = 9.0) -> float:
    """Write lines that all but the last fill a width, as typesetters do."""
    for number, text in enumerate(texts):
        canvas.setFont("Helvetica", size)
        blanks = text.count(" ")
        room = width - canvas.stringWidth(text, "Helvetica", size)
        written = canvas.beginText(x, y)
        is_last = number == len(texts) - 1
        written.setWordSpace(0 if is_last or not blanks else room / blanks)
        written.textOut(text)
        canvas.drawText(written)
        y -= LEADING
    return y
