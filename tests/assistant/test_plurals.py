from assistant.plurals import counted


def test_plurals_counted_tells_one_in_the_singular() -> None:
    assert [counted(n, "question") for n in (0, 1, 2, 1641)] == [
        "0 questions",
        "1 question",
        "2 questions",
        "1,641 questions",
    ]
