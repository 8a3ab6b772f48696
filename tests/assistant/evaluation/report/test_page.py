from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.report.page import embedded_json, render_page

HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> ]]>\u2028"


def data_of(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_report_page_no_text_ends_the_element_that_holds_it(text: str) -> None:
    assert "<" not in embedded_json({"text": text})
    assert json.loads(embedded_json({"text": text})) == {"text": text}


@pytest.mark.parametrize("script", ["report.js", "compare.js"])
def test_report_page_hostile_texts_stay_texts(script: str) -> None:
    page = render_page(HOSTILE, script, {"answer": HOSTILE})

    assert data_of(page) == {"answer": HOSTILE}
    assert page.count("<script") == 2
    assert "<title>&lt;/script&gt;" in page


@pytest.mark.parametrize("script", ["report.js", "compare.js"])
def test_report_page_the_policy_allows_exactly_what_is_inside_and_nothing_from_outside(script: str) -> None:
    page = render_page("x", script, {})
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy

    inline = {
        "script-src": re.search(r"<script>(.*?)</script>", page, re.DOTALL),
        "style-src": re.search(r"<style>(.*?)</style>", page, re.DOTALL),
    }
    for directive, element in inline.items():
        assert element
        digest = base64.b64encode(hashlib.sha256(element[1].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")
    assert not re.search(r"""(?:src|href)=|url\(|@import|fetch\(|innerHTML|outerHTML|insertAdjacent""", page)
