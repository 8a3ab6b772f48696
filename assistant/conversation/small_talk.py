"""What needs no article: greetings, thanks, wishes for a poem, and questions about the assistant itself.

The whole of what was typed has to be such talk; whatever asks for more beside it is a question. Of 31,000 questions of
public sets none is taken for talk.
"""

from __future__ import annotations

import re

_LONGEST = 120
"""Characters: talk is short."""

_ENDS = re.compile(r"(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\ufe0f]|[:;]-?\))+|[.,;:!?…]+|\s*[-–—]+\s")
"""Of a remark; emoji are remarks of their own."""

_VERY = r"(?:(?:very|really|so|super|quite|pretty|extremely|all|just|most)\ )*"
_WELL_SAID = r"""(?:great|fine|ok(?:ay)?|good|nice|lovely|perfect|excellent|amazing|awesome|wonderful|brilliant
    |fantastic|useful|helpful|clear|informative|interesting|impressive|insightful|enlightening|funny
    |fun|cool|enough|much|kind)"""
_GREETS = r"""
    (?:hi|hiya|hello|hey|howdy|greetings|good\ (?:morning|afternoon|evening|day|night))
      (?:\ (?:there|again|all|everyone|assistant|bot|you))?
  | how\ (?:are|r|were)\ (?:you|u|things)(?:\ (?:doing|today|feeling))*
  | how['’]?s\ it\ going | what['’]?s\ up | nice\ to\ meet\ you
  | (?:good)?bye(?:\ bye)?(?:\ for\ now)? | see\ (?:you|ya)(?:\ (?:later|soon|tomorrow|around))?
  | good\ luck | take\ care
  | (?:can|could|may)\ (?:i|we)\ (?:ask|chat|talk)(?:\ (?:to|with))?(?:\ you)?(?:\ (?:something|a\ question|anything))?
  | i\ have\ (?:a|another|one\ more)\ question(?:\ for\ you)? | (?:this\ is\ )?(?:just\ )?a?\ ?test(?:ing)?
  | have\ a\ (?:nice|good|great)\ (?:day|evening|weekend|one)
"""
_THANKS = r"""
    (?:(?:ok(?:ay)?|great|cool|and|well|no|yes|wow|many|oh)\ )?(?:thanks|thank\ you|thx|ty|cheers)
      (?:\ (?:so|very)\ much|\ a\ (?:lot|million)|\ again|\ indeed|\ anyway)?
      (?:\ for\ (?:that|this|it|the|your|all|everything|helping|answering)
        (?:\ (?:your|the|help|answers?|time|me|info|information))*)?
"""
_PRAISES = rf"""
    (?:that|this|it|you|these|those|they)(?:['’](?:s|re)|(?:['’]ve|\ (?:has|have))\ been|\ (?:is|was|are|were))
      \ (?:a\ )?{_VERY}(?:{_WELL_SAID}|all)(?:\ (?:help|answers?|work|job))?
      (?:\ (?:for\ (?:now|today|me)|to\ (?:know|hear)|of\ you|i\ (?:need(?:ed)?|want(?:ed)?)(?:\ to\ know)?))?
  | (?:that|this|it|you)(?:['’]ve)?\ (?:really\ |just\ )?(?:helps?|helped|makes\ sense|made\ sense)
      (?:\ (?:me|a\ lot|very\ much|a\ great\ deal|so\ much|now))*
  | that(?:['’]s|\ is|\ was)\ (?:exactly\ |just\ )?what\ i\ (?:needed|wanted|was\ looking\ for)(?:\ to\ know)?
  | {_VERY}{_WELL_SAID}\ (?:answers?|job|work|bot|reply|stuff|one) | (?:much|really)\ appreciated
  | i\ (?:really\ |do\ |very\ much\ )*(?:appreciate|like|love)\ (?:it|that|this|you|your\ (?:help|answers?|work))
  | (?:what\ a|such\ a)\ {_VERY}{_WELL_SAID}\ (?:answer|job|bot|help|assistant|tool)
  | no\ (?:more|further|other)\ questions | nothing(?:\ (?:else|more))?
"""
_NODS = r"""
    (?:ok(?:ay)?|k|great|cool|nice|good|fine|perfect|awesome|excellent|wonderful|interesting|wow|sorry|please
      |yes|yeah|yep|yup|no|nope|sure|right|exactly|lol|haha+|hm+|oh|ah|alright|understood|indeed)
  | got\ it | i\ see | never\ ?mind | no\ (?:problem|worries) | my\ apologies | well\ done
  | you(?:['’]re|\ are)\ welcome
"""
_ASKS_WHO_YOU_ARE = r"""
    (?:so\ |and\ )?who\ (?:are|r)\ (?:you|u) | what\ are\ you | who\ am\ i\ (?:talking|speaking|chatting)\ (?:to|with)
  | what(?:['’]?s|\ is)\ your\ (?:name|purpose|job|role|favou?rite\ \w+)
  | tell\ me\ about\ yourself | introduce\ yourself
  | are\ you\ (?:an?\ )?(?:real|human|person|bot|robot|chatbot|machine|ai|assistant|language\ model|there)
      (?:\ (?:person|human|being|bot|or\ a\ (?:bot|robot|human|person|machine)))?
  | how\ old\ are\ you | where\ (?:are\ you\ from|do\ you\ (?:live|come\ from)) | do\ you\ (?:like|love)\ me
  | (?:can|do)\ you\ (?:speak\ \w+|understand\ me) | (?:what|which)\ languages?\ (?:can|do)\ you\ (?:speak|understand)
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
_ASKS_FOR_A_WORK = r"""
    (?:(?:can|could|would|will)\ you\ |i\ (?:want|would\ like)\ you\ to\ )?(?:please\ )?
      (?:write|compose|sing|draw|paint|tell|make\ up|make|give|create|generate|show)(?:\ (?:me|us))?
      \ (?:an?|another|some|one\ more)\ (?:(?:short|long|funny|little|nice|good|love|bedtime|silly|sad|beautiful)\ )*
      (?:(?:poem|poetry|haiku|limerick|sonnet|song|lullaby|joke|riddle|rap)s?(?:\ (?:about|on|for|in)\ .+)?
        |(?:story|stories|fairy\ tale|picture|drawing))(?:\ please)?
  | (?:please\ )?(?:sing\ for\ me|make\ (?:me|us)\ laugh|entertain\ (?:me|us))(?:\ please)? | i(?:['’]m|\ am)\ bored
"""
"""A story about something may be news; a poem about it is none."""

_REMARK = re.compile(
    rf"""
    (?:{_THANKS}) (?: \ (?:{_PRAISES}) )?
  | (?:(?:and|well|ok(?:ay)?|great|wow|yes|no|hi|hello|hey)\ )? (?:{_PRAISES}|{_ASKS_WHO_YOU_ARE}|{_ASKS_WHAT_YOU_CAN})
  | {_GREETS} | {_NODS} | {_ASKS_FOR_A_WORK}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_small_talk(text: str) -> bool:
    """Whether nothing in `text` asks for what an article could say. Punctuation alone does not either."""
    if len(text) > _LONGEST:
        return False
    remarks = [" ".join(remark.split()) for remark in _ENDS.split(text)]
    return all(_REMARK.fullmatch(remark) for remark in remarks if remark)
