"""The tables of the store. A change here needs a migration, and a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    and_,
)

from corpus.store.sql.types import AnyText, Number, PlainText

HEAD = "0011"
"""The revision that this program reads and writes. Numbered, so that older and newer compare as text."""

metadata = MetaData()

article_table = Table(
    "articles",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("external_id", AnyText, nullable=False),
    Column("origin", AnyText, nullable=False),
    Column("content_hash", PlainText, nullable=False),  # names the current version
    Column("sameness", PlainText, nullable=False),  # equal for texts that differ in case and punctuation only
    Column(
        "split_by", PlainText
    ),  # fingerprint of the splitter that made its passages; NULL: not split since its last put
    Index("articles_sameness", "sameness"),
)

version_table = Table(
    "versions",
    metadata,
    Column("article_id", PlainText, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("content_hash", PlainText, primary_key=True),
    Column("seq", Number, nullable=False),
    Column("stored", DateTime, nullable=False),  # UTC
    Column("title", AnyText, nullable=False),
    Column("url", AnyText),
    Column("publisher", AnyText),
    Column("author", AnyText),
    Column("language", AnyText),
    Column("published", Date),
    Column("date_source", AnyText),
    Column("characters", Number, nullable=False),
    Column("read_by", PlainText),  # the reader, with its version; NULL: before readers told
    Column("text", AnyText, nullable=False),  # these last, so that lists never read the pages that hold them
    Column("blocks", AnyText, nullable=False, server_default="[]"),  # JSON; empty: a row of paragraphs
    # With all that tells a filter's articles, so that nothing else is read.
    Index("versions_publisher", "publisher", "published", "article_id", "content_hash"),
    Index("versions_published", "published", "article_id", "content_hash"),
)

posted_source_table = Table(
    "posted_sources",
    metadata,
    Column("article_id", PlainText, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("format", PlainText, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as it was sent
)
"""What articles were made of that nobody finds on a disk, so that a better reader can read it again."""

change_table = Table(
    "changes",
    metadata,
    Column("seq", Number, primary_key=True),
    Column("article_id", PlainText, nullable=False),
    Column("deleted", Boolean, nullable=False),
)
"""Grows only: a row a committed change."""

current_versions = article_table.join(
    version_table,
    and_(
        version_table.c.article_id == article_table.c.id,
        version_table.c.content_hash == article_table.c.content_hash,
    ),
)
"""Articles with their current versions."""

passage_table = Table(
    "passages",
    metadata,
    Column("position", Number, primary_key=True),  # order of insertion
    Column("id", PlainText, nullable=False, unique=True),
    Column("article_id", PlainText, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("content_hash", PlainText, nullable=False),
    Column("start", Number, nullable=False),
    Column("end", Number, nullable=False),
    Column("vector_key", PlainText, nullable=False),
    Index("passages_article_id", "article_id"),
    Index("passages_vector_key", "vector_key"),
)

encoder_table = Table(
    "encoders",
    metadata,
    Column("id", Number, primary_key=True),
    Column("fingerprint", PlainText, nullable=False, unique=True),
    Column("puts", Number, nullable=False, server_default="0"),  # how often vectors of it were stored
)

vector_table = Table(
    "vectors",
    metadata,
    Column("encoder_id", Number, ForeignKey("encoders.id"), primary_key=True),
    Column("key", PlainText, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
    Column("sentences", LargeBinary, nullable=False),  # the same, a row for each sentence of the text
)

generation_table = Table(
    "generations",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("seq", Number, nullable=False),
    Column("encoder", PlainText, nullable=False),
    Column("live", Boolean, nullable=False),
)

key_table = Table(
    "keys",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("digest", PlainText, nullable=False),  # SHA-256 of the key, which is kept nowhere
    Column("scopes", PlainText, nullable=False),  # JSON, as `bounds` and `origins`
    Column("bounds", PlainText, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("origins", PlainText, nullable=False),
    Column("requests_per_minute", Number),
    Column("requests_per_day", Number),
    Column("created", DateTime, nullable=False),  # UTC
    Column("revoked", DateTime),  # UTC, as are the following; NULL: it was not
    Column("expires", DateTime),  # NULL: never
    Column("rotated", DateTime),  # NULL: never
    Column("former_digest", PlainText),  # of the text before that
    Column("former_until", DateTime),
)

key_usage_table = Table(
    "key_usage",
    metadata,
    Column("key_id", PlainText, ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),  # UTC
    Column("requests", Number, nullable=False),
)

feedback_table = Table(
    "feedback",
    metadata,
    Column("position", Number, primary_key=True),  # order of arrival
    Column("answer_id", AnyText, nullable=False),
    Column("rating", PlainText, nullable=False),
    Column("comment", AnyText),
    Column("question", AnyText),
    Column("answer", AnyText),
    Column("received", DateTime, nullable=False),  # UTC
    Column("key_id", PlainText),
)

asked_table = Table(
    "asked_questions",
    metadata,
    Column("question_id", PlainText, primary_key=True),  # equal for questions that differ in case and spaces only
    Column("day", Date, primary_key=True),  # UTC
    Column("outcome", PlainText, primary_key=True),
    Column("question", AnyText, nullable=False),  # as it was asked first that day
    Column("times", Number, nullable=False),
    Index("asked_questions_day", "day"),
)

secret_table = Table(
    "secrets",
    metadata,
    Column("name", PlainText, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("rotated", DateTime),  # UTC, as is the other; NULL: never
    Column("former", LargeBinary),  # before that
    Column("former_until", DateTime),
)

STORE_SECRET = "store"  # noqa: S105 its name, not the secret
"""The name of the secret that tells a store from every other: made with it, and never rotated."""

job_table = Table(
    "jobs",
    metadata,
    Column("number", Number, primary_key=True),  # the order in which they were accepted
    Column("id", PlainText, nullable=False, unique=True),
    Column("kind", PlainText, nullable=False),
    Column("status", PlainText, nullable=False),
    Column("accepted", DateTime, nullable=False),  # UTC, as are the others
    Column("started", DateTime),
    Column("finished", DateTime),
    Column("total", Number, nullable=False),
    Column("done", Number, nullable=False),
    Column("deaths", Number, nullable=False),
    Column("failure", PlainText),
    Column("bytes", Number, nullable=False),  # of all its sources, as they were sent
    Column("repeat_key", PlainText),  # hash of the key under which the same request may be sent again
    Column(
        "content_hash", PlainText, nullable=False
    ),  # of what was sent, so that another request under a key is noticed
    Index("jobs_status", "status"),
    Index("jobs_repeat_key", "repeat_key"),
)

job_source_table = Table(
    "job_sources",
    metadata,
    Column("job", Number, ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Number, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("kind", PlainText, nullable=False),
    Column("fate", PlainText),  # NULL while it waits
    Column("article_id", PlainText),
    Column("other", AnyText),
    Column("reason", AnyText),
    Column("warnings", AnyText, nullable=False),  # a line each
    Column("body", LargeBinary),  # NULL once it is dealt with: a deleted article must not live on here
    Column("quarantined", DateTime),  # UTC; NULL: it is not set aside
    Index("job_sources_quarantined", "quarantined"),  # without it, whoever looks would read the bodies
)

source_table = Table(
    "sources",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("url", AnyText, nullable=False),
    Column("added", DateTime, nullable=False),  # UTC, as are the others
    Column("next_visit", DateTime, nullable=False),
    Column("every_seconds", Float),  # NULL: as the setting says
    Column("begun", DateTime),
    Column("finished", DateTime),
    Column("outcome", AnyText, nullable=False),  # of the last visit, as are the following
    Column("failures", Number, nullable=False),
    Column("problems", AnyText, nullable=False),  # JSON
    Column("kind", PlainText),
    Column("title", AnyText),
    Column("succeeded", DateTime),  # end of the last visit that did not fail; NULL: none is known
    Index("sources_next_visit", "next_visit"),
)

source_page_table = Table(
    "source_pages",
    metadata,
    Column("source", PlainText, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("url", AnyText, primary_key=True),
    Column("fetched", DateTime, nullable=False),  # UTC
    Column("found_at", AnyText, nullable=False),
    Column("etag", AnyText),
    Column("last_modified", AnyText),
    Column("body_hash", PlainText),
    Column("changed", AnyText),
    Column("article_id", PlainText),  # refers to no table: the article may be deleted, and come back
)

watch_table = Table(
    "watches",
    metadata,
    Column("id", PlainText, primary_key=True),
    Column("question", AnyText, nullable=False),
    Column("added", DateTime, nullable=False),  # UTC
    Column("seq", Number, nullable=False),  # changes of articles up to here were looked at
    Column("bounds", PlainText, nullable=False),  # JSON, as `facts`
    Column("key_id", PlainText),
    Column("webhook", AnyText),
    Column("facts", PlainText),  # places in versions, no words; NULL: not asked yet
)

watch_change_table = Table(
    "watch_changes",
    metadata,
    Column("number", Number, primary_key=True),
    Column("watch_id", PlainText, ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
    Column("noted", DateTime, nullable=False),  # UTC, as are the others
    Column("added", PlainText, nullable=False),  # JSON, as `ended`
    Column("ended", PlainText, nullable=False),
    Column("next_try", DateTime),  # NULL: nothing is to be sent
    Column("sent", DateTime),
    Column("failures", Number, nullable=False),
    Column("trouble", AnyText),
    Index("watch_changes_watch_id", "watch_id"),
    Index("watch_changes_next_try", "next_try"),
)
