"""Words that stand for what was named before them, as parts of patterns that ignore case."""

from __future__ import annotations

PRONOUNS = "he|him|his|she|her|they|them|their|it|its|this|these|those"
"""Without "that" and "there", which mostly point at nothing inside a sentence."""

DESCRIBED = (
    r"the\s(?:plan|proposal|document|report|strategy|official|minister|president|premier|company|government|city|country"
    r"|group|film|book|band|team|school|university|party|agency|organi[sz]ation|court|law)"
)
"""Things that news calls so once they have been named."""
