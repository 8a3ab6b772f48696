import pytest

from assistant.query.speaker import speaker_asked_for


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("What did Ann Lee say about chips?", "Ann Lee"),
        ("what does the Bank of Norland say about inflation?", "Bank of Norland"),
        ("According to Quayside, when will it open?", "Quayside"),
        ("What is Tim Berg's view on tolls?", "Tim Berg"),
        ("What is the position of Carla Benning on tolls?", "Carla Benning"),
        ("What did critics say?", None),
        ("What did they say about it?", None),
        ("When did Quayside open the port?", None),
    ],
)
def test_speaker_asked_for_is_whose_words_are_asked_for(question: str, speaker: str | None) -> None:
    assert speaker_asked_for(question) == speaker
