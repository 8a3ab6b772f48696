"""What trafilatura finds in a page: its tree, what it declares, and the text that it takes for the article."""

from __future__ import annotations

from configparser import ConfigParser
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document


def load_page(page: str) -> HtmlElement | None:
    """Return the tree of a page; None when it is none."""
    import trafilatura

    return trafilatura.load_html(page)


def declared(tree: HtmlElement) -> Document:
    """Return title, address, site and author of a page; `tree` is changed."""
    from trafilatura.metadata import extract_metadata

    # Its own search for a date goes on to guess from the page's text: we take declared ones only.
    return extract_metadata(tree, date_config={"original_date": True, "extensive_search": False})


def extracted_text(tree: HtmlElement) -> str:
    """Return the lines of what is taken for the article; `tree` is changed."""
    import trafilatura
    from trafilatura.xml import xmltotxt

    found = trafilatura.bare_extraction(tree, config=_config(), include_comments=False)
    if not isinstance(found, trafilatura.settings.Document) or found.body is None:
        return ""
    return str(xmltotxt(found.body, False))


@cache
def _config() -> ConfigParser:
    """Return settings that accept short texts.

    From a text that it thinks too short the extractor falls back on what runs headline, caption and body together, or
    on words that the page does not show; whatever it found is better.
    """
    from trafilatura.settings import use_config

    config = use_config()
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = "1"
    return config
