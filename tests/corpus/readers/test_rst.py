from __future__ import annotations

from pathlib import Path

from tests.corpus.readers.files import heads, read, shown


def test_rst_headings_lists_tables_and_code_keep_their_kinds() -> None:
    text = b"""
The quay
========

:Author: Ada Lind
:Date: 2021-05-04

Things change:

- the fee

  1. in May

::

    fee = 3
      + 1

===== =====
Quay  Boats
===== =====
North 104
===== =====
"""
    draft = read("rst", text)
    assert shown(draft) == [
        ("heading1", "The quay"),
        ("paragraph", "Things change:"),
        ("item1", "the fee"),
        ("item2", "in May"),
        ("code", "fee = 3\n  + 1"),
        ("row", "Quay\tBoats"),
        ("row", "North\t104"),
    ]
    assert heads(draft, "104") == (["Boats"], ["North"])
    assert (draft.title, draft.author, draft.published) == ("The quay", "Ada Lind", "2021-05-04")


def test_rst_no_file_is_read_and_nothing_raw_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    place = tmp_path / "secret.txt"
    directives = (
        f".. include:: {place}\n\n.. raw:: html\n   :file: {place}\n\n.. csv-table::\n   :file: {place}\n\n"
        f".. code::\n   :file: {place}\n\n.. raw:: html\n\n   <p>raw words</p>\n\n.. literalinclude:: {place}\n"
    )
    assert read("rst", f"It rose.\n\n{directives}".encode()).text == "It rose."


def test_rst_of_sphinx_the_text_is_kept_and_what_directs_is_left_out() -> None:
    text = b"""
See :ref:`the quay <quay>` and :class:`~boats.Ferry`. [1]_

.. versionadded:: 3.1
   The fee.

.. toctree::
   :maxdepth: 2

   one
   two

.. [1] A note.
"""
    assert read("rst", text).text == "See the quay and boats.Ferry.\n\nThe fee.\n\nA note."
