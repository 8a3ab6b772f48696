"""A story of ten dated articles, made up: a bridge that is closed, repaired and opened again."""

from __future__ import annotations

from datetime import date

from corpus.article import Article
from tests.index.library import article

REPORTS = [
    (
        "2026-03-02",
        "Harlow Bridge closed after cracks are found",
        "Harlow Bridge was closed to all traffic on Monday after inspectors found cracks in two of its steel "
        "girders. The county council expects the bridge to reopen in May 2026. About 14,000 vehicles cross "
        "the river there every day. Drivers are sent over the crossing at Brent, twelve kilometres upstream.",
    ),
    (
        "2026-03-03",
        "Cracked girders shut river crossing at Harlow",
        "Cracks in two girders have shut the crossing at Harlow to cars and lorries since Monday. Harlow "
        "Bridge should be open again in May 2026, according to the county council. Shopkeepers on the east "
        "bank feared for their trade.",
    ),
    (
        "2026-03-09",
        "New school opens in Dunmore",
        "Dunmore opened its new primary school on Monday. The building has room for 320 pupils and cost 9 "
        "million euros. The old school will be pulled down in the summer.",
    ),
    (
        "2026-03-20",
        "Repair of Harlow Bridge will take longer",
        "The repair of Harlow Bridge will take longer than planned, the county council said on Friday. Harlow"
        " Bridge will not reopen before September 2026, because a third girder has to be replaced as well. "
        "The steel has to be ordered from a mill in Sweden. Council leader Ines Falk apologised to commuters.",
    ),
    (
        "2026-03-21",
        "Harlow crossing to stay shut all summer",
        "Commuters in Harlow face a summer without their bridge. The county council now says that Harlow "
        "Bridge will reopen in September 2026 at the earliest, since another girder needs replacing. Council "
        "leader Ines Falk said she was sorry. Bus fares over the Brent crossing will stay as they are.",
    ),
    (
        "2026-04-11",
        "What the bridge repair costs",
        "The repair of Harlow Bridge will cost 6.5 million euros, the county council said on Saturday. The "
        "state pays two thirds of it. The contract went to the firm Norrby Steel, which also repaired the "
        "lock at Brent.",
    ),
    (
        "2026-02-10",
        "Inspectors to look at Harlow Bridge",
        "Inspectors will look at the girders of Harlow Bridge this month, the county council said. The bridge"
        " was built in 1961 and last painted in 2009. One lane will be closed at night during the inspection.",
    ),
    (
        "2026-07-06",
        "Footpath over Harlow Bridge opens for walkers",
        "Walkers and cyclists may use the footpath of Harlow Bridge from Monday. Cars and lorries have to "
        "wait. The county council said that work on the girders was going to plan.",
    ),
    (
        "2026-08-25",
        "Harlow Bridge to reopen in October",
        "Harlow Bridge will reopen to traffic on 12 October 2026, the county council said on Tuesday. Norrby "
        "Steel needs more weeks, because a storm damaged its scaffolding. It is the second delay since the "
        "cracks were found.",
    ),
    (
        "2026-10-12",
        "First cars cross Harlow Bridge again",
        "Harlow Bridge reopened to traffic on Monday, seven months after cracks had been found in its "
        "girders. Council leader Ines Falk drove the first car across. The repair cost 7.1 million euros in "
        "the end, the county council said. The detour over Brent has ended.",
    ),
]


def report(number: int, **corrected: str) -> Article:
    """An article of the story, by the order in which they come in; `old` words in it `corrected` to new ones."""
    day, title, text = REPORTS[number]
    for old, new in corrected.items():
        text = text.replace(old, new)
    return article(
        f"https://outlet{number % 3}.example/{number}",
        text,
        title,
        published=date.fromisoformat(day),
        publisher=f"Outlet {number % 3}",
    )
