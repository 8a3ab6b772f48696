"""How well files are read: documents with known text, made by the programs at hand, read by the product and compared.

    python -m benchmarks.documents CORPUS.jsonl [--folder FOLDER] [--count 8]

`CORPUS.jsonl` is a BEIR corpus whose paragraphs the documents are made of. Writers whose program is not installed are
named and left out: LibreOffice, pandoc, pdflatex, Chromium, reportlab, fpdf2, python-docx. Pages are checked against
poppler's `pdftotext`, another engine than the one that the product uses.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import shutil
import subprocess
import tempfile
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean

from corpus.article import Article
from corpus.block import BlockKind
from corpus.readers import read_articles

SECONDS_A_PROGRAM = 300

Part = tuple[str, str]
"""What a part of a document is (title, h2, p, li, row) and its text; cells of a row are separated by tabs."""


@dataclass(frozen=True)
class Source:
    """A document before it is written."""

    name: str
    parts: list[Part]


@dataclass(frozen=True)
class Made:
    """A file of a source."""

    writer: str
    source: Source
    path: Path


def sources(corpus: Path, count: int, seed: int = 14) -> list[Source]:
    """Make documents of paragraphs: a title, sections with headings, a list and a table in each second one."""
    chance = random.Random(seed)
    rows = [json.loads(line) for line in corpus.read_text().splitlines() if line.strip()]
    texts = [" ".join(row["text"].split()) for row in rows if 200 < len(row["text"]) < 2_000 and _is_plain(row["text"])]
    chance.shuffle(texts)
    made = []
    for number in range(count):
        taken, texts = texts[:16], texts[16:]
        words = [word.strip(".,;:()\"'") for text in taken for word in text.split() if len(word) > 5 and word.isalpha()]
        title = f"Report {number + 1} on {chance.choice(words)} and {chance.choice(words)}"
        made.append(Source(f"doc{number:02}", [("title", title), *_sections(taken, words, chance)]))
    return made


def _is_plain(text: str) -> bool:
    """Whether the fonts of all writers have its letters."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return not re.search(r"[\\{}~^|<>]", text)


def _sections(texts: Sequence[str], words: Sequence[str], chance: random.Random) -> Iterator[Part]:
    for number, begin in enumerate(range(0, len(texts), 4)):
        yield "h2", f"{chance.choice(words).capitalize()} of the {chance.choice(words)}"
        for text in texts[begin : begin + 4]:
            yield "p", text
        if number % 2 == 0:
            yield "p", "The following things were decided:"
            for _ in range(4):
                yield "li", f"the {chance.choice(words)} is to be {chance.choice(words)} by {chance.choice(words)}"
        else:
            yield "row", "Place\tYear\tOwners\tFee"
            for _ in range(5):
                place = chance.choice(words).capitalize()
                yield (
                    "row",
                    f"{place}\t{chance.randint(1950, 2025)}\t{chance.randint(3, 900)}\t{chance.random() * 9:.1f}",
                )


# Writers


def as_html(source: Source, style: str = "") -> str:
    body, before = "", ""
    tags = {"title": "h1", "h2": "h2", "p": "p", "li": "li"}
    around = {"li": "ul", "row": "table"}
    for kind, text in [*source.parts, ("", "")]:
        if kind != before:
            body += f"</{around[before]}>" if before in around else ""
            body += f"<{around[kind]}>" if kind in around else ""
            is_head = True
        before = kind
        if kind == "row":
            cell = "th" if is_head else "td"
            body += f"<tr>{''.join(f'<{cell}>{html.escape(one)}</{cell}>' for one in text.split(chr(9)))}</tr>"
            is_head = False
        elif kind:
            body += f"<{tags[kind]}>{html.escape(text, quote=False)}</{tags[kind]}>\n"
    head = f'<meta charset="utf-8"><title>{html.escape(source.parts[0][1])}</title><style>{style}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'


def by_pandoc(ending: str) -> Callable[[Source, Path], Path]:
    def write(source: Source, folder: Path) -> Path:
        page, made = folder / f"{source.name}.html", folder / f"{source.name}.{ending}"
        page.write_text(re.sub("<title>.*?</title>", "", as_html(source)))
        run("pandoc", "-s", "-f", "html", page, "-o", made)
        page.unlink()
        return made

    return write


def by_libreoffice(ending: str, source_ending: str = "docx", columns: bool = False) -> Callable[[Source, Path], Path]:
    def write(source: Source, folder: Path) -> Path:
        with tempfile.TemporaryDirectory() as place:
            first = (by_python_docx_columns if columns else by_pandoc(source_ending))(source, Path(place))
            run("soffice", "--headless", "--convert-to", ending, "--outdir", folder, first)
        return folder / f"{source.name}.{ending}"

    return write


def by_chromium(style: str) -> Callable[[Source, Path], Path]:
    def write(source: Source, folder: Path) -> Path:
        page, made = folder / f"{source.name}.html", folder / f"{source.name}.pdf"
        page.write_text(as_html(source, style))
        run("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={made}", page.as_uri())
        page.unlink()
        return made

    return write


_BORDERS = "td,th{border:1px solid black;padding:3px}table{border-collapse:collapse}"
_COLUMNS = "body{column-count:2;font:11px serif;text-align:justify;hyphens:auto}h1{column-span:all}"


def by_tex(options: str, preamble: str = "") -> Callable[[Source, Path], Path]:
    def write(source: Source, folder: Path) -> Path:
        file = folder / f"{source.name}.tex"
        file.write_text(_tex(source, options, preamble))
        for _ in range(2):
            run("pdflatex", "-interaction=batchmode", f"-output-directory={folder}", file)
        for ending in ("aux", "log", "tex"):
            (folder / f"{source.name}.{ending}").unlink(missing_ok=True)
        return folder / f"{source.name}.pdf"

    return write


def _tex(source: Source, options: str, preamble: str) -> str:
    lines, before = [], ""
    for kind, text in [*source.parts[1:], ("", "")]:
        if before != kind and before in ("li", "row"):
            lines.append(r"\end{itemize}" if before == "li" else "\\hline\\end{tabular}\n")
        if before != kind and kind in ("li", "row"):
            lines.append(r"\begin{itemize}" if kind == "li" else "\\par\\noindent\\begin{tabular}{lrrr}\\hline")
        written = _tex_escaped(text)
        form = {"h2": r"\section*{%s}", "p": "%s\n", "li": r"\item %s", "row": r"%s\\"}
        if kind:
            lines.append(form[kind] % written.replace("\t", " & "))
        before = kind
    return (
        textwrap.dedent(rf"""
        \documentclass[{options}]{{article}}
        \usepackage[utf8]{{inputenc}}\usepackage[english]{{babel}}{preamble}
        \title{{{_tex_escaped(source.parts[0][1])}}}\date{{}}\author{{}}\pagestyle{{headings}}
        \begin{{document}}\maketitle
        """)
        + "\n".join(lines)
        + "\n\\end{document}\n"
    )


def _tex_escaped(text: str) -> str:
    return re.sub(r"([&%$#_])", r"\\\1", text).replace('"', "''")


def by_reportlab(columns: int) -> Callable[[Source, Path], Path]:
    def write(source: Source, folder: Path) -> Path:
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.styles import getSampleStyleSheet
        from reportlab.platypus import BaseDocTemplate, Frame, ListFlowable, PageTemplate, Paragraph, Table

        styles = getSampleStyleSheet()
        names = {"title": "Title", "h2": "Heading2", "p": "BodyText", "li": "BodyText"}
        flow: list = []
        rows: list[list[str]] = []
        for kind, text in [*source.parts, ("", "")]:
            if rows and kind != "row":
                flow.append(Table(rows))
                rows = []
            if kind == "row":
                rows.append(text.split("\t"))
            elif kind == "li":
                flow.append(ListFlowable([Paragraph(html.escape(text), styles["BodyText"])], bulletType="bullet"))
            elif kind:
                flow.append(Paragraph(html.escape(text), styles[names[kind]]))
        width, height = A4
        each = (width - 100) / columns
        frames = [Frame(50 + each * one, 60, each - 10, height - 130) for one in range(columns)]
        made = folder / f"{source.name}.pdf"
        document = BaseDocTemplate(str(made), pagesize=A4, title=source.parts[0][1])
        document.addPageTemplates(PageTemplate(frames=frames, onPage=_head_and_foot))
        document.build(flow)
        return made

    return write


def _head_and_foot(canvas, document) -> None:  # type: ignore[no-untyped-def]  # reportlab has no types
    canvas.setFont("Helvetica", 8)
    canvas.drawString(50, document.pagesize[1] - 40, "The Harbour Review, vol. 14")
    canvas.drawCentredString(document.pagesize[0] / 2, 30, f"- {document.page} -")


def by_fpdf(source: Source, folder: Path) -> Path:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_title(source.parts[0][1])
    pdf.add_page()
    sizes = {"title": 20, "h2": 14, "p": 11, "li": 11, "row": 11}
    for kind, text in source.parts:
        pdf.set_font("Helvetica", "B" if kind in ("title", "h2") else "", sizes[kind])
        if kind == "row":
            for cell in text.split("\t"):
                pdf.cell(40, 7, cell, border=1)
            pdf.ln(7)
        else:
            pdf.multi_cell(0, 6, f"- {text}" if kind == "li" else text, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
    made = folder / f"{source.name}.pdf"
    pdf.output(str(made))
    return made


def by_python_docx(source: Source, folder: Path) -> Path:
    return _python_docx(source, folder, 1)


def by_python_docx_columns(source: Source, folder: Path) -> Path:
    return _python_docx(source, folder, 2)


def _python_docx(source: Source, folder: Path, columns: int) -> Path:
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = docx.Document()
    styles = {"title": "Title", "h2": "Heading 1", "p": "Normal", "li": "List Bullet"}
    table = None
    for kind, text in source.parts:
        if kind == "row":
            table = table or document.add_table(0, 4, "Table Grid")
            for cell, written in zip(table.add_row().cells, text.split("\t"), strict=True):
                cell.text = written
                cell.width = Cm(1.9 if columns > 1 else 4)
            for column in table.columns:
                column.width = Cm(1.9 if columns > 1 else 4)
        else:
            table = None
            document.add_paragraph(text, styles[kind])
    if columns > 1:
        section = document.sections[0]._sectPr
        section.find(qn("w:cols")).set(qn("w:num"), str(columns))
    document.sections[0].header.paragraphs[0].text = "The Harbour Review, vol. 14"
    made = folder / f"{source.name}.docx"
    document.save(str(made))
    return made


WRITERS: dict[str, tuple[str, Callable[[Source, Path], Path]]] = {
    "docx, python-docx": ("docx", by_python_docx),
    "docx, pandoc": ("pandoc", by_pandoc("docx")),
    "docx, LibreOffice": ("soffice", by_libreoffice("docx", "odt")),
    "odt, pandoc": ("pandoc", by_pandoc("odt")),
    "odt, LibreOffice": ("soffice", by_libreoffice("odt")),
    "epub, pandoc": ("pandoc", by_pandoc("epub")),
    "epub, LibreOffice": ("soffice", by_libreoffice("epub", "odt")),
    "rtf, pandoc": ("pandoc", by_pandoc("rtf")),
    "rtf, LibreOffice": ("soffice", by_libreoffice("rtf")),
    "rst, pandoc": ("pandoc", by_pandoc("rst")),
    "pdf, LibreOffice": ("soffice", by_libreoffice("pdf")),
    "pdf, LibreOffice, 2 columns": ("soffice", by_libreoffice("pdf", columns=True)),
    "pdf, Chromium": ("chromium", by_chromium(_BORDERS)),
    "pdf, Chromium, 2 columns": ("chromium", by_chromium(_COLUMNS)),
    "pdf, TeX": ("pdflatex", by_tex("11pt")),
    "pdf, TeX, 2 columns": ("pdflatex", by_tex("10pt,twocolumn")),
    "pdf, TeX, T1 fonts": ("pdflatex", by_tex("10pt,a4paper", r"\usepackage[T1]{fontenc}")),
    "pdf, reportlab": ("reportlab", by_reportlab(1)),
    "pdf, reportlab, 2 columns": ("reportlab", by_reportlab(2)),
    "pdf, fpdf2": ("fpdf", by_fpdf),
}


def run(*command: object) -> None:
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, timeout=SECONDS_A_PROGRAM, check=False, text=True
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} ended with code {done.returncode}: {(done.stderr or done.stdout)[-300:]}")


def make(folder: Path, written: Sequence[Source]) -> Iterator[Made]:
    """Write all documents with all writers that are installed; what is there already is taken as it is."""
    for writer, (program, write) in WRITERS.items():
        if not _is_installed(program):
            print(f"{writer}: {program} is not installed; left out.")
            continue
        place = folder / re.sub(r"[^a-z0-9]+", "-", writer.lower())
        place.mkdir(parents=True, exist_ok=True)
        try:
            for source in written:
                made = next(place.glob(f"{source.name}.*"), None)
                yield Made(writer, source, made or write(source, place))
        except RuntimeError as error:
            print(f"{writer}: {error}")


def _is_installed(program: str) -> bool:
    from importlib.util import find_spec

    return bool(shutil.which(program) or find_spec(program))


# Measures


@dataclass(frozen=True)
class Measured:
    """What one file was read as, beside what it holds; shares are from 0 to 1, None where there is nothing to count."""

    characters: float
    order: float
    headings: float
    items: float
    rows: float
    pages: float | None


def measure(made: Made) -> Measured:
    """Read a file and compare it with its source."""
    readings = list(read_articles(made.path))
    article = readings[-1]
    if not isinstance(article, Article):
        raise RuntimeError(f"{made.path}: {article}")
    expected = " ".join(plain(text) for _, text in made.source.parts)
    blocks = [(block.kind, plain(article.text[block.start : block.end])) for block in article.blocks]
    return Measured(
        distance(expected, plain(article.text)) / len(expected),
        order(made.source.parts, plain(article.text)),
        found(made.source.parts, ("title", "h2"), blocks, BlockKind.HEADING),
        found(made.source.parts, ("li",), blocks, BlockKind.ITEM),
        found(made.source.parts, ("row",), blocks, BlockKind.ROW),
        right_pages(article, made.path) if made.path.suffix == ".pdf" else None,
    )


def plain(text: str) -> str:
    """Return text without what writers change: quotation marks, apostrophes, dashes and white space."""
    straight = text.translate(str.maketrans("“”„‘’‚–—\u2011\u00a0", "\"\"\"'''--- "))
    return " ".join(straight.replace("''", '"').replace("``", '"').replace("---", "-").replace("--", "-").split())


def distance(one: str, other: str) -> int:
    """Return the edit distance of two texts.

    Hyyrö 2003, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances".
    """
    if not one:
        return len(other)
    places: dict[str, int] = defaultdict(int)
    for place, character in enumerate(one):
        places[character] |= 1 << place
    mask, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, score = mask, 0, len(one)
    for character in other:
        equal = places.get(character, 0)
        zeros = (((equal & up) + up) ^ up) | equal | down
        more, fewer = down | (mask & ~(zeros | up)), up & zeros
        score += bool(more & last) - bool(fewer & last)
        more, fewer = (more << 1 | 1) & mask, (fewer << 1) & mask
        up, down = fewer | (mask & ~(zeros | more)), more & zeros
    return score


def order(parts: Sequence[Part], text: str) -> float:
    """Return the share of neighbouring paragraphs that come in their order, among those whose beginning is found."""
    places = [text.find(plain(part)[:50]) for kind, part in parts if kind == "p" and len(part) > 100]
    seen = [place for place in places if place >= 0]
    pairs = len(places) - 1
    return sum(a < b for a, b in pairwise(seen)) / pairs if pairs else 1.0


def found(
    parts: Sequence[Part], kinds: tuple[str, ...], blocks: Sequence[tuple[BlockKind, str]], kind: BlockKind
) -> float:
    """Return F1 of blocks of one kind: those that are exactly a part of the source."""
    wanted = [plain(text) for what, text in parts if what in kinds]
    got = [text for what, text in blocks if what is kind]
    left = list(wanted)
    right = 0
    for text in got:
        if text in left:
            left.remove(text)
            right += 1
    return 2 * right / (len(wanted) + len(got)) if wanted or got else 1.0


def right_pages(article: Article, path: Path) -> float:
    """Return the share of blocks whose beginning poppler finds on the page that the product tells."""
    done = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True, timeout=60)
    pages = [squeezed(page) for page in done.stdout.split("\f")]
    right = told = 0
    for block in article.blocks:
        begin = squeezed(article.text[block.start : block.end])[:40]
        on = [number for number, page in enumerate(pages, 1) if begin in page]
        if len(begin) > 15 and len(on) == 1:
            told += 1
            right += block.page == on[0]
    return right / told if told else 1.0


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text)


def table(measured: dict[str, list[Measured]]) -> Iterator[str]:
    yield "| format, writer | files | character errors | order | headings F1 | items F1 | rows F1 | pages |"
    yield "|---|---|---|---|---|---|---|---|"
    for writer, of_writer in measured.items():
        pages = [one.pages for one in of_writer if one.pages is not None]
        shares = (
            f"{mean(getattr(one, name) for one in of_writer):.3f}" for name in ("order", "headings", "items", "rows")
        )
        errors = f"{mean(one.characters for one in of_writer):.2%}"
        told = f"{mean(pages):.3f}" if pages else ""
        yield f"| {writer} | {len(of_writer)} | {errors} | {' | '.join(shares)} | {told} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folder", type=Path, help="where to keep the documents; default: nowhere")
    parser.add_argument("--count", type=int, default=8, help="documents of each writer")
    parser.add_argument("--writer", default="", help="only writers whose name holds this")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        measured: dict[str, list[Measured]] = defaultdict(list)
        for made in make(options.folder or Path(place), sources(options.corpus, options.count)):
            if options.writer in made.writer:
                measured[made.writer].append(measure(made))
        print("\n".join(table(measured)))


if __name__ == "__main__":
    main()
