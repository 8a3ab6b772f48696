import pytest

from assistant.reading.short_answer import AskedKind, asked_kind, short_answer, tells_only_ages


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who leads the ministry?", AskedKind.NAME),
        ("Where was the treaty signed?", AskedKind.NAME),
        ("When was the treaty signed?", AskedKind.DATE),
        ("In what year was it signed?", AskedKind.DATE),
        ("On which opening day was it sold out?", AskedKind.DATE),
        ("How many members voted?", AskedKind.AMOUNT),
        ("How long did the strike last?", AskedKind.AMOUNT),
        ("What share of the votes did it get?", AskedKind.AMOUNT),
        ("Did the strike end?", AskedKind.YES_OR_NO),
        ("When she came, it rained. Was it over?", AskedKind.YES_OR_NO),
        ("Can you tell me when it ended?", None),
        ("What happened when the bridge fell?", None),
        ("How did the people who lost homes react?", None),
        ("In May, who won?", AskedKind.NAME),
        ("From whom was it bought?", AskedKind.NAME),
        ("What day-to-day work does it do?", None),
        ("I know who called it. When did it end?", AskedKind.DATE),
        ("How did the strike end?", None),
        ("Why did the strike end?", None),
        ("What ended the strike?", None),
    ],
)
def test_asked_kind_follows_the_words_that_ask(question: str, kind: AskedKind | None) -> None:
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("text", "marked", "question", "whole"),
    [
        ("It cost 28.4 million euros, twice the plan.", "28.4", "How much did it cost?", "28.4 million euros"),
        ("It cost $28.4 million.", "28.4 million", "How much did it cost?", "$28.4 million"),
        ("They ended it in July 2026.", "July", "When did they end it?", "July 2026"),
        ("They ended it on 3 July 2026.", "July 2026", "When did they end it?", "3 July 2026"),
        ("Elena Ruiz Moreno chairs it.", "Ruiz", "Who chairs it?", "Elena Ruiz Moreno"),
        ("It holds for 75 days.", "75", "How long does it hold?", "75 days"),
        ("It counted 1,684 new cases.", "1,684", "How many people fell ill?", "1,684 new cases"),
        ("It lost 26 ships.", "26", "How many ships did it lose?", "26"),
        ("It rose to 31 per cent.", "31", "What share was it?", "31 per cent"),
        ("In London it was signed.", "London", "Where was it signed?", "London"),
        ("It was signed in the old town hall.", "the old town hall", "Where was it signed?", "the old town hall"),
        ("It came two years later.", "two years", "How long did it take?", "two years"),
        ("He came last Tuesday.", "last Tuesday", "When did he come?", "last Tuesday"),
        ("He came to talk.", "to talk", "What did he come for?", "to talk"),
        ("On Monday Anna Berg won.", "Berg", "Who won?", "Berg"),
        ("THE MAYOR JOHN SMITH RESIGNED ON MONDAY", "JOHN SMITH", "Who resigned?", "JOHN SMITH"),
        ("It cost $5 this year.", "$5", "How much did it cost?", "$5"),
        ("It lasted all day.", "all day", "How long did it last?", "all day"),
        ("No one died.", "No one", "How many died?", "No one"),
        ("It ended at noon.", "noon", "When did it end?", "noon"),
        ("Dora Lind, 40, was sentenced in May.", "40", "How old is Lind?", "40"),
        ("They hired 20 18-year-olds.", "20", "How many 18-year-olds did they hire?", "20"),
        ("They came, of Linz, 40, of Graz, 20.", "40", "How many came from Linz?", "40"),
    ],
)
def test_short_answer_says_what_was_marked_whole(text: str, marked: str, question: str, whole: str) -> None:
    start = text.index(marked)
    found = short_answer(text, start, start + len(marked), question)
    assert found is not None
    assert text[slice(*found)] == whole


@pytest.mark.parametrize(
    ("text", "marked", "question"),
    [
        ("It was signed in the town hall.", "the town hall", "When was it signed?"),
        ("The ministry signed it.", "The ministry", "How many ministries signed it?"),
        ("It was signed on 3 July 2026.", "3 July 2026", "Who signed it?"),
        ("It was signed by 40.", "40", "Who signed it?"),
        ("It does not accept cash.", "does not accept cash", "Does it accept cash?"),
        ("The death of the 19-year-old shook the town.", "19-year", "How many years did the driver get?"),
        ("A boy, six years old, was hurt.", "six years", "How long was the road closed?"),
        ("Dora Lind, 40, was sentenced in May.", "40", "How many years did Lind get?"),
    ],
)
def test_short_answer_is_none_where_another_kind_is_asked_for(text: str, marked: str, question: str) -> None:
    start = text.index(marked)
    assert short_answer(text, start, start + len(marked), question) is None


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("The 19-year-old was buried.", "How many years did the driver get?", True),
        ("The 19-year-old was buried.", "How old was the victim?", False),
        ("The 19-year-old got 12 years.", "How many years did the driver get?", False),
        ("The 19-year-old was buried.", "Who was buried?", False),
    ],
)
def test_tells_only_ages_where_no_other_number_stands(text: str, question: str, expected: bool) -> None:
    start = text.index("19-year")
    assert tells_only_ages(text, start, start + len("19-year"), question) is expected
