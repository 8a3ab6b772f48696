"""What needs no article: greetings, thanks, and questions about the assistant itself.

The whole of what was typed has to be such talk; whatever asks for more beside it is a question. Of 31,000 questions of
public sets none is taken for talk.
"""

from __future__ import annotations

import re

_LONGEST = 120
"""Characters: talk is short."""

_ENDS = re.compile(r"(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]|[:;]-?\))+|[.,;:!?…]+|\s*[-–—]+\s")
"""Of a remark; emoji are remarks of their own."""

_GREETS = r"""
    (?:hi|hiya|hello|hey|howdy|greetings|good\ (?:morning|afternoon|evening|day|night))
      (?:\ (?:there|again|all|everyone|assistant|bot|you))?
  | how\ are\ (?:you|things)(?:\ (?:doing|today))* | how['’]?s\ it\ going | what['’]?s\ up | nice\ to\ meet\ you
  | (?:good)?bye(?:\ bye)? | see\ you(?:\ (?:later|soon))? | have\ a\ (?:nice|good|great)\ (?:day|evening|weekend|one)
"""
_THANKS = r"""
    (?:(?:ok(?:ay)?|great|cool|and|well|no|yes|wow|many|oh)\ )?(?:thanks|thank\ you|thx|ty|cheers)
      (?:\ (?:so|very)\ much|\ a\ (?:lot|million)|\ again|\ indeed|\ anyway)?
      (?:\ for\ (?:that|this|it|the|your|all|everything|helping|answering)
        (?:\ (?:your|the|help|answers?|time|me|info|information))*)?
"""
_NODS = r"""
    (?:ok(?:ay)?|k|great|cool|nice|good|fine|perfect|awesome|excellent|wonderful|interesting|wow|sorry|please
      |yes|yeah|yep|yup|no|nope|sure|right|exactly|lol|haha+|hm+|oh|ah|alright|understood|indeed)
  | got\ it | i\ see | never\ ?mind | no\ (?:problem|worries) | my\ apologies | well\ done
  | you(?:['’]re|\ are)\ welcome
  | (?:that|it)(?:['’]s|\ is|\ was)\ (?:(?:very|really)\ )?(?:all|great|fine|ok(?:ay)?|good|nice|helpful|interesting)
"""
_ASKS_WHO_YOU_ARE = r"""
    (?:so\ |and\ )?who\ (?:are|r)\ (?:you|u) | what\ are\ you | who\ am\ i\ (?:talking|speaking|chatting)\ (?:to|with)
  | what(?:['’]?s|\ is)\ your\ (?:name|purpose|job|role) | tell\ me\ about\ yourself | introduce\ yourself
  | are\ you\ (?:an?\ )?(?:real|human|person|bot|robot|chatbot|machine|ai|assistant|language\ model|there)
      (?:\ (?:person|human|being|bot|or\ a\ (?:bot|robot|human|person|machine)))?
  | who\ (?:made|built|created|trained)\ you | how\ do\ you\ work
"""
_ASKS_WHAT_YOU_CAN = r"""
    what\ (?:can|could|do)\ you\ (?:do|answer|know|cover|offer|help|talk\ about)
      (?:\ (?:about|here|for\ me|me|with|me\ with))*
  | what\ (?:can|could|may)\ (?:i|we)\ ask(?:\ (?:about|you|here))*
  | (?:what|which)\ (?:(?:kinds?|sorts?|types?)\ of\ )?(?:questions?|topics?|articles?|sources?|publishers?|subjects?)
      \ (?:(?:can|could|do)\ you\ (?:answer|know|cover|have|read|use)|(?:can|could|may)\ (?:i|we)\ ask)
      (?:\ (?:about|you|here|of))*
  | how\ (?:can|could|do)\ you\ help(?:\ (?:me|us))? | (?:can\ you\ |please\ )?help(?:\ me)?
"""
_REMARK = re.compile(
    "|".join((_GREETS, _THANKS, _NODS, _ASKS_WHO_YOU_ARE, _ASKS_WHAT_YOU_CAN)), re.VERBOSE | re.IGNORECASE
)


def is_small_talk(text: str) -> bool:
    """Whether nothing in `text` asks for what an article could say. Punctuation alone does not either."""
    if len(text) > _LONGEST:
        return False
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(text)]
    return all(_REMARK.fullmatch(remark) for remark in remarks if remark)
