"""Counts of requests by the minute, which all replicas count together.

They stand in a table of their own, which is no part of the store: nobody copies it, and migrations leave it alone. What
it holds is gone when PostgreSQL crashes, which loses a minute of rates, since a count waits for no disk.
"""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Lock
from typing import Any

from corpus.errors import DataFolderUnusable
from corpus.store.data_folder import database_name
from corpus.store.postgres.engine import DriverConnection, DriverError, connect, errors_in_our_words

_PATIENCE_SECONDS = 1.0
"""A count takes below a millisecond; whoever waits this long for others' has another trouble."""

_SECONDS_AFTER_TROUBLE = 5.0
"""In which nobody waits for a server that is gone."""

_SWEEP_SECONDS = 60.0

_TABLE_LOCK = 7_302_008
"""Number of the advisory lock: replicas start together."""

_TABLE = f"""
SELECT pg_advisory_xact_lock({_TABLE_LOCK});
CREATE UNLOGGED TABLE IF NOT EXISTS request_counts (
    key text PRIMARY KEY, count integer NOT NULL, ends timestamptz NOT NULL
) WITH (fillfactor = 50);
"""

_COUNT_MORE = """
INSERT INTO request_counts AS known VALUES (%(key)s, %(amount)s, clock_timestamp() + %(seconds)s * interval '1 s')
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends > clock_timestamp() THEN known.count ELSE 0 END + excluded.count,
    ends = CASE WHEN known.ends > clock_timestamp() THEN known.ends ELSE excluded.ends END
RETURNING count
"""

_WINDOW = """
SELECT count, extract(epoch FROM ends - clock_timestamp())::float8 FROM request_counts
WHERE key = %s AND ends > clock_timestamp()
"""


class PostgresRequestCounts:
    """`corpus.store.service_protocols.RequestCounts`, by the server's clock, whatever the machines' are."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = Lock()
        self._connection: DriverConnection | None = None
        self._next_try = 0.0
        self._next_sweep = 0.0

    def count_in_window(self, key: str, seconds: int, amount: int = 1) -> int:
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + _SWEEP_SECONDS
            self._ask("DELETE FROM request_counts WHERE ends < clock_timestamp() RETURNING count")
        ((count,),) = self._ask(_COUNT_MORE, {"key": key, "amount": amount, "seconds": seconds})
        return int(count)

    def window(self, key: str) -> tuple[int, float]:
        found = self._ask(_WINDOW, (key,))
        return (found[0][0], time.time() + found[0][1]) if found else (0, time.time())

    def forget_window(self, key: str) -> None:
        self._ask("DELETE FROM request_counts WHERE key = %s RETURNING count", (key,))

    def forget_windows(self) -> int:
        return len(self._ask("DELETE FROM request_counts RETURNING count"))

    def close(self) -> None:
        with self._lock:
            self._let_go()

    def _ask(self, statement: str, values: Any = None) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; the second time over a new connection, since the server may be a new one."""
        with self._lock, errors_in_our_words(self._url):
            if time.monotonic() < self._next_try:
                raise DataFolderUnusable(f"The database {database_name(self._url)} did not answer a moment ago.")
            had_one = self._connection is not None
            try:
                return self._ask_once(statement, values)
            except DriverError:
                self._let_go()
                if had_one:
                    with suppress(DriverError):
                        return self._ask_once(statement, values)
                self._let_go()
                self._next_try = time.monotonic() + _SECONDS_AFTER_TROUBLE
                raise

    def _ask_once(self, statement: str, values: Any) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = connect(self._url, _PATIENCE_SECONDS, autocommit=True, silence=2 * _PATIENCE_SECONDS)
            self._connection.execute(f"SET statement_timeout = '{_PATIENCE_SECONDS}s'")
            self._connection.execute(_TABLE)
        return self._connection.execute(statement, values).fetchall()

    def _let_go(self) -> None:
        if self._connection is not None:
            with suppress(DriverError):
                self._connection.close()
            self._connection = None
