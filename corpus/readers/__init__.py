"""Articles out of files and folders, one file per format.

What a source says is foreign text: it is cleaned, bounded and checked here; nothing in it is run or fetched.
"""

from corpus.readers.dispatch import Reading, holds_sources, read_articles

__all__ = ["Reading", "holds_sources", "read_articles"]
