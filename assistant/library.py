"""Filling the data folder: articles in, then everything that is found by made current. One writer at a time."""

from __future__ import annotations
