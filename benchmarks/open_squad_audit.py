"""Which "unanswerable" open-squad questions can be answered after all.

SQuAD 2.0 calls a question unanswerable when its own paragraph does not answer it; with 21,160 paragraphs another one
may. The first fifty by SHA-256 of their id were audited by reading, for each, its own paragraph and the sentences of
the first 25 BM25 hits that share most words with it. Most ask for the opposite of what a paragraph says, or with a
premise that is false everywhere, so no other paragraph helps. Three of the fifty are left out.
"""

ANSWERABLE_AFTER_ALL = {
    "5a6cef5a4eec6b001a80a6fc": "its own paragraph names two such provinces",
    "5a38a8d2a4b263001a8c1879": "its own paragraph gives the term that is asked for",
    "5a7b37ce21c2de001afe9ddd": "it says neither where nor what of; paragraphs on other places give such figures",
}
AUDITED = 50
