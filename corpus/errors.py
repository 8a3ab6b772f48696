"""Errors of the corpus, and who reads each.

CorpusError
├── UnreadableSource    one file or line cannot become an article; said with its name, the rest goes on
│   └── NotFetched      one page cannot be had from the web; said with its address, the rest goes on
├── BadAddress          nothing is fetched from this address; the user gives another, or the operator allows its host
├── NothingToIngest     the path given holds no article; the user checks the path
├── DataFolderBusy      another process is writing this data folder; try again when it is done
├── DataFolderUnusable  not a data folder, or trouble of its disk; the user corrects the disk or the path
│   ├── DataFolderFull      nothing can be stored until space is freed; reading and deleting go on
│   ├── DataFolderReadOnly  nothing can be stored or deleted; reading goes on
│   └── CatalogMissing      the catalog is gone or was replaced; the user mounts its volume or restores a backup
├── ChangedMeanwhile    another writer changed the same articles; what was worked out is worked out again
├── StoreTooNew       written by a newer version of this program; upgrade the program
├── StoreTooOld       a reader met a folder that wants migrating; any writing command migrates it
├── BackupUnusable      a backup cannot be written, read or trusted; the user takes another file
├── UnknownArticle      no article has this id
├── UnknownJob          no job has this id, or it was done long ago
├── UnknownSource       no source has this id
├── KeyReused           another request was sent under this idempotency key; the client takes a new key
└── QueueFull           more waits to be ingested than may; try again later
"""

from __future__ import annotations


class CorpusError(Exception):
    """The message is one clear sentence for a person: what was wrong, where, and what to do."""


class UnreadableSource(CorpusError):
    """`source` names the file or folder; `reason` is one sentence without the name, with the line if any."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class NotFetched(UnreadableSource):
    """A page cannot be had from the web. `source` is its address.

    One that `is_gone` (404, 410) was taken away by whoever had it there; one that `is_refused` is there and not for
    us. `retry_seconds` is how long its host asks to be left alone.
    """

    def __init__(
        self,
        source: str,
        reason: str,
        *,
        is_gone: bool = False,
        is_refused: bool = False,
        retry_seconds: float | None = None,
    ) -> None:
        super().__init__(source, reason)
        self.is_gone = is_gone
        self.is_refused = is_refused
        self.retry_seconds = retry_seconds

    def of(self, source: str) -> NotFetched:
        """The same, said of the address that was asked for, wherever that led."""
        return NotFetched(
            source,
            self.reason,
            is_gone=self.is_gone,
            is_refused=self.is_refused,
            retry_seconds=self.retry_seconds,
        )


class BadAddress(CorpusError):
    """Nothing is fetched from this address. The message is one sentence without the address."""


class NothingToIngest(CorpusError):
    """The path given holds no article; the user checks the path."""


class DataFolderBusy(CorpusError):
    """Another process is writing this data folder; try again when it is done."""


class DataFolderUnusable(CorpusError):
    """The data folder cannot be used: it is no data folder, or its disk is in trouble."""


class DataFolderFull(DataFolderUnusable):
    """The disk of the data folder is full: nothing can be stored until space is freed."""


class DataFolderReadOnly(DataFolderUnusable):
    """The data folder cannot be written by this user, or its disk by nobody."""


class CatalogMissing(DataFolderUnusable):
    """The catalog is gone beside an index that is there, or was replaced while it was open."""


class ChangedMeanwhile(CorpusError):
    """Another writer changed the same articles between two transactions; what was worked out is worked out again."""


class StoreTooNew(CorpusError):
    """The data folder was written by a newer version of this program."""


class StoreTooOld(CorpusError):
    """A reader met a data folder that wants migrating, which only a writer does."""


class BackupUnusable(CorpusError):
    """A backup file cannot be written, read or trusted."""


class UnknownArticle(CorpusError):
    """No article has this id."""


class UnknownJob(CorpusError):
    """No job has this id, or it was done long ago."""


class UnknownSource(CorpusError):
    """No source has this id."""


class UnknownWatch(CorpusError):
    """No standing question has this id."""


class TooManyWatches(CorpusError):
    """Whoever asks has as many standing questions as are kept for one; they remove one first."""


class KeyReused(CorpusError):
    """Another request was sent under this idempotency key; the client takes a new key."""


class QueueFull(CorpusError):
    """More waits to be ingested than may; try again later."""
