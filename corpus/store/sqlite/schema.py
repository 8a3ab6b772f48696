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
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    and_,
)

from corpus.store.sqlite.engine import AnyText

HEAD = "0007"
"""The revision that this program reads and writes. Numbered, so that older and newer compare as text."""

metadata = MetaData()

article_table = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("external_id", AnyText, nullable=False),
    Column("origin", AnyText, nullable=False),
    Column("content_hash", Text, nullable=False),  # names the current version
    Column("sameness", Text, nullable=False),  # equal for texts that differ in case and punctuation only
    Column("split_by", Text),  # fingerprint of the splitter that made its passages; NULL: not split since its last put
    Index("articles_sameness", "sameness"),
)

version_table = Table(
    "versions",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("content_hash", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("stored", DateTime, nullable=False),  # UTC
    Column("title", AnyText, nullable=False),
    Column("url", AnyText),
    Column("publisher", AnyText),
    Column("author", AnyText),
    Column("language", AnyText),
    Column("published", Date),
    Column("date_source", AnyText),
    Column("characters", Integer, nullable=False),
    Column("read_by", Text),  # the reader, with its version; NULL: before readers told
    Column("text", Text, nullable=False),  # these last, so that lists never read the pages that hold them
    Column("blocks", Text, nullable=False, server_default="[]"),  # JSON; empty: a row of paragraphs
)

posted_source_table = Table(
    "posted_sources",
    metadata,
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("format", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # as it was sent
)
"""What articles were made of that nobody finds on a disk, so that a better reader can read it again."""

change_table = Table(
    "changes",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("article_id", Text, nullable=False),
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
    Column("position", Integer, primary_key=True),  # order of insertion
    Column("id", Text, nullable=False, unique=True),
    Column("article_id", Text, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("vector_key", Text, nullable=False),
    Index("passages_article_id", "article_id"),
    Index("passages_vector_key", "vector_key"),
)

encoder_table = Table(
    "encoders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("fingerprint", Text, nullable=False, unique=True),
)

vector_table = Table(
    "vectors",
    metadata,
    Column("encoder_id", Integer, ForeignKey("encoders.id"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
    Column("sentences", LargeBinary, nullable=False),  # the same, a row for each sentence of the text
)

generation_table = Table(
    "generations",
    metadata,
    Column("name", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("encoder", Text, nullable=False),
    Column("live", Boolean, nullable=False),
)

key_table = Table(
    "keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of the key, which is kept nowhere
    Column("scopes", Text, nullable=False),  # JSON, as `bounds` and `origins`
    Column("bounds", Text, nullable=False),
    Column("publishable", Boolean, nullable=False),
    Column("origins", Text, nullable=False),
    Column("requests_per_minute", Integer),
    Column("requests_per_day", Integer),
    Column("created", DateTime, nullable=False),  # UTC
    Column("revoked", DateTime),  # UTC; NULL: it works
)

key_usage_table = Table(
    "key_usage",
    metadata,
    Column("key_id", Text, ForeignKey("keys.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),  # UTC
    Column("requests", Integer, nullable=False),
)

feedback_table = Table(
    "feedback",
    metadata,
    Column("position", Integer, primary_key=True),  # order of arrival
    Column("answer_id", AnyText, nullable=False),
    Column("rating", Text, nullable=False),
    Column("comment", AnyText),
    Column("question", AnyText),
    Column("answer", AnyText),
    Column("received", DateTime, nullable=False),  # UTC
    Column("key_id", Text),
)

secret_table = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

job_table = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True),  # the order in which they were accepted
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("accepted", DateTime, nullable=False),  # UTC, as are the others
    Column("started", DateTime),
    Column("finished", DateTime),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("deaths", Integer, nullable=False),
    Column("failure", Text),
    Column("bytes", Integer, nullable=False),  # of all its sources, as they were sent
    Column("repeat_key", Text),  # hash of the key under which the same request may be sent again
    Column("content_hash", Text, nullable=False),  # of what was sent, so that another request under a key is noticed
    Index("jobs_status", "status"),
    Index("jobs_repeat_key", "repeat_key"),
)

job_source_table = Table(
    "job_sources",
    metadata,
    Column("job", Integer, ForeignKey("jobs.number", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column("kind", Text, nullable=False),
    Column("fate", Text),  # NULL while it waits
    Column("article_id", Text),
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
    Column("id", Text, primary_key=True),
    Column("url", AnyText, nullable=False),
    Column("added", DateTime, nullable=False),  # UTC, as are the others
    Column("next_visit", DateTime, nullable=False),
    Column("every_seconds", Float),  # NULL: as the setting says
    Column("begun", DateTime),
    Column("finished", DateTime),
    Column("outcome", AnyText, nullable=False),  # of the last visit, as are the following
    Column("failures", Integer, nullable=False),
    Column("problems", AnyText, nullable=False),  # JSON
    Column("kind", Text),
    Column("title", AnyText),
    Index("sources_next_visit", "next_visit"),
)

source_page_table = Table(
    "source_pages",
    metadata,
    Column("source", Text, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("url", AnyText, primary_key=True),
    Column("fetched", DateTime, nullable=False),  # UTC
    Column("found_at", AnyText, nullable=False),
    Column("etag", AnyText),
    Column("last_modified", AnyText),
    Column("body_hash", Text),
    Column("changed", AnyText),
    Column("article_id", Text),  # refers to no table: the article may be deleted, and come back
)

watch_table = Table(
    "watches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("question", AnyText, nullable=False),
    Column("added", DateTime, nullable=False),  # UTC
    Column("seq", Integer, nullable=False),  # changes of articles up to here were looked at
    Column("bounds", Text, nullable=False),  # JSON, as `facts`
    Column("key_id", Text),
    Column("webhook", AnyText),
    Column("facts", Text),  # places in versions, no words; NULL: not asked yet
)

watch_change_table = Table(
    "watch_changes",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("watch_id", Text, ForeignKey("watches.id", ondelete="CASCADE"), nullable=False),
    Column("noted", DateTime, nullable=False),  # UTC, as are the others
    Column("added", Text, nullable=False),  # JSON, as `ended`
    Column("ended", Text, nullable=False),
    Column("next_try", DateTime),  # NULL: nothing is to be sent
    Column("sent", DateTime),
    Column("failures", Integer, nullable=False),
    Column("trouble", AnyText),
    Index("watch_changes_watch_id", "watch_id"),
    Index("watch_changes_next_try", "next_try"),
)
