"""Counts in words for people."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return "1 question" or "2,000 questions": `noun` must be one whose plural takes an s."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
