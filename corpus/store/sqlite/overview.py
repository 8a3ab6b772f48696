"""What is in the catalog at a glance: how many articles of whom, from when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from corpus.article import ArticleFilter, ArticleSummary, Coverage
from corpus.store.sqlite.articles import CURRENT, SUMMARY, Articles
from corpus.store.sqlite.schema import version_table


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of articles. `publishers` are the largest first, None standing for those that name none."""

    articles: int
    publishers: tuple[tuple[str | None, int], ...]
    earliest: date | None
    latest: date | None


class Overviews(Articles):
    """The part of the catalog that is looked at rather than searched."""

    def coverage(self, wanted: ArticleFilter | None = None) -> Coverage:
        """What the articles that match cover, in counts, names and dates."""
        seen = self.overview(None, wanted)
        publishers = tuple(publisher for publisher, _ in seen.publishers if publisher)
        title, published = version_table.c.title, version_table.c.published
        newest = select(title).select_from(CURRENT).where(*self._visible(wanted), title != "")
        newest = newest.order_by(published.desc().nulls_last(), version_table.c.article_id).limit(1)
        with self._reading() as connection:
            return Coverage(seen.articles, publishers, seen.earliest, seen.latest, connection.execute(newest).scalar())

    def overview(self, most_publishers: int | None, wanted: ArticleFilter | None = None) -> Overview:
        """Count of the articles that match, with the `most_publishers` largest publishers; None: with all."""
        which = tuple(self._visible(wanted))
        published = version_table.c.published
        totals = select(func.count(), func.min(published), func.max(published)).select_from(CURRENT).where(*which)
        counted = func.count()
        largest = (
            select(version_table.c.publisher, counted)
            .select_from(CURRENT)
            .where(*which)
            .group_by(version_table.c.publisher)
            .order_by(counted.desc(), version_table.c.publisher)
            .limit(most_publishers)
        )
        with self._reading() as connection:
            articles, earliest, latest = connection.execute(totals).one()
            publishers = tuple((publisher, count) for publisher, count in connection.execute(largest))
        return Overview(articles, publishers, earliest, latest)

    def newest_articles(
        self, limit: int, skip: int = 0, contains: str | None = None, wanted: ArticleFilter | None = None
    ) -> list[ArticleSummary]:
        """By publication date, the newest first, undated ones last; `contains` is looked for in title and publisher."""
        published = version_table.c.published
        chosen = select(*SUMMARY).select_from(CURRENT).where(*self._visible(wanted))
        if contains:
            columns = (version_table.c.title, version_table.c.publisher)
            chosen = chosen.where(or_(*(column.icontains(contains, autoescape=True) for column in columns)))
        chosen = chosen.order_by(published.desc().nulls_last(), version_table.c.article_id).limit(limit).offset(skip)
        with self._reading() as connection:
            return [ArticleSummary(**row._mapping) for row in connection.execute(chosen)]
