"""Errors of the index, and who reads each.

IndexRoomError
├── EncoderMismatch      stored vectors were made by another encoder; rebuild, or set the encoder back
├── EncoderUnavailable   the named model cannot be loaded; the user checks the name or path
├── ModelRunFailed       a model that was loaded could not be run on a text; asking again may help
├── GenerationDamaged    a generation failed its checks; readers fall back by themselves, a rebuild mends it
├── WordIndexDamaged       the word index is missing or damaged; readers make one in memory, an update mends it
└── GenerationBuildFailed  the child that builds or verifies died; the live generation is untouched, try again
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class IndexRoomError(Exception):
    """The message is one clear sentence for a person: what was wrong, where, and what to do."""


class EncoderMismatch(IndexRoomError):
    """Stored vectors were made by another encoder; rebuild, or set the encoder back."""


class EncoderUnavailable(IndexRoomError):
    """The named model cannot be loaded; the user checks the name or path."""


class ModelRunFailed(IndexRoomError):
    """A model that was loaded could not be run on a text, for want of memory say; asking again may help."""


class GenerationDamaged(IndexRoomError):
    """A generation failed its checks; readers fall back by themselves, a rebuild mends it."""


class WordIndexDamaged(IndexRoomError):
    """The word index is missing or failed its checks; readers make one in memory, an update mends it."""


class GenerationBuildFailed(IndexRoomError):
    """The child process that builds or verifies failed; the live generation is untouched."""


@contextmanager
def running_a_model() -> Iterator[None]:
    """Raise `ModelRunFailed` for what the runtimes of models raise, which know no finer errors."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        raise ModelRunFailed(f"A model could not be run ({error}); ask again, and see what memory is free.") from error
