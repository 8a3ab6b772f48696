from __future__ import annotations

from pathlib import Path

import pytest

from api.http.observability.index_gauges import Unfindable, UnfindableCount
from corpus.store import DataFolder, open_store_writer
from corpus.store.sql.passages import SqlPassages
from tests.corpus.store.examples import put_unsplit
from tests.index.library import article, pipeline


def test_unfindable_count_counts_anew_only_when_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, count_anew = [], SqlPassages.count_unfindable_articles
    monkeypatch.setattr(
        SqlPassages, "count_unfindable_articles", lambda self: counted.append(count_anew(self)) or counted[-1]
    )
    data = DataFolder(tmp_path)
    with open_store_writer(data) as store:
        count = UnfindableCount()
        put_unsplit(store, [article("crane", "This is a crane.")])
        first = count(store)
        assert (first.count, first.oldest, count(store)) == (1, store.passages.oldest_unfindable_article(), first)
        pipeline(store, data).complete()
        assert (count(store), count(store)) == (Unfindable(0, None), Unfindable(0, None))
    assert counted == [1, 0]
