"""Whether a sentence that a language model wrote is carried by the sentences that it cites. Pure functions of text."""
