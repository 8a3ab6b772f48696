"""Weights of a model, mapped where they lie on disk.

The safetensors library would copy them: 503 MB resident in a process that answers, 353 of them private, against 398 and
210 with the arrays mapped (docs/adr/0026-weights-parser.md).
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[Any]]
"""By the names that Hugging Face gives them, such as `encoder.layer.0.output.dense.weight`."""

_TYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "I8": np.int8, "U8": np.uint8}

_HEADER_LENGTH = 8
"""Bytes of the little-endian number that a safetensors file begins with: how long the JSON after it is."""


def read_weights(path: Path) -> Weights:
    """Return the arrays of a safetensors file, mapped: pages are read when used, and shared between processes.

    The file is never written.
    Raises `OSError`, or `ValueError` when it is no such file or was cut off.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_HEADER_LENGTH), "little")
            header = json.loads(file.read(min(length, path.stat().st_size)))
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        content = np.frombuffer(mapped, dtype=np.uint8, offset=_HEADER_LENGTH + length)
        return {name: _array(content, entry) for name, entry in header.items() if name != "__metadata__"}
    except (ValueError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} is no safetensors file, or was cut off ({error}).") from error


def release_pages(weights: Weights) -> None:
    """Give back the memory of all that was read of them; a weight that is used again is read again."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    mappings = {id(mapped): mapped for mapped in map(_owner, weights.values()) if isinstance(mapped, mmap.mmap)}
    for mapped in mappings.values():
        mapped.madvise(mmap.MADV_DONTNEED)


def _owner(array: NDArray[Any]) -> object:
    """Return the object that the memory of an array belongs to."""
    owner: object = array
    while isinstance(owner, np.ndarray):
        owner = owner.base
    return owner.obj if isinstance(owner, memoryview) else owner


def _array(content: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    return np.asarray(content[start:end]).view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
