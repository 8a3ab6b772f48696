"""Whether sources carry a sentence: what a judge says of it, and what exact rules find.

from assistant.groundedness import judge_claim
"""

from assistant.groundedness.judge import judge_claim

__all__ = ["judge_claim"]
