"""The store in SQL, as SQLite and PostgreSQL both understand it: its tables, their history, and what is asked of them.

What differs between the two stands in `dialects`, `types` and in their own packages, `corpus.store.sqlite` and
`corpus.store.postgres`, each of which has a `Database`.
"""

from __future__ import annotations

from copy import copy
from typing import Self

from corpus.article import ArticleFilter
from corpus.store.protocols import GenerationStore
from corpus.store.sql.articles import SqlArticles
from corpus.store.sql.changes import SqlChanges
from corpus.store.sql.database import Database
from corpus.store.sql.jobs import SqlJobs
from corpus.store.sql.passages import SqlPassages
from corpus.store.sql.sources import SqlSources
from corpus.store.sql.vectors import SqlVectors
from corpus.store.sql.watches import SqlWatches


class SqlStore:
    """`corpus.store.protocols.Store`, of one open database."""

    def __init__(self, database: Database, generations: GenerationStore) -> None:
        self.database = database
        self.changes = SqlChanges(database)
        self.articles = SqlArticles(database)
        self.passages = SqlPassages(database)
        self.vectors = SqlVectors(database)
        self.generations = generations
        self.jobs = SqlJobs(database)
        self.sources = SqlSources(database)
        self.watches = SqlWatches(database)

    def within(self, bounds: ArticleFilter) -> Self:
        bounded = copy(self)
        bounded.articles = self.articles.within(bounds)
        return bounded

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
