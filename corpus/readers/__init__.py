"""Articles out of files and folders, one file per format.

What a source says is foreign text: it is cleaned, bounded and checked here; nothing in it is run or fetched.
"""

from corpus.readers.dispatch import Reading, find_sources, holds_sources, read_articles, read_file

__all__ = ["Reading", "find_sources", "holds_sources", "read_articles", "read_file"]
