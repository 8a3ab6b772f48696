import pytest

from assistant.writing.quotation_marks import missing_marks


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ('"We closed the quay.', ("", '"')),
        ("“We closed the quay. It", ("", "”")),
        ('We closed the quay," he said.', ('"', "")),
        ("It will open.”", ("“", "")),
        ('He called it "safe" and said: "We closed it', ("", '"')),
        ('It opens," he said. "Nobody', ('"', '"')),
        ('"We closed it," he said, "at once."', ("", "")),
        ('A 6" pipe burst under the quay.', ("", "")),
        ('"A pipe of 6" burst."', ("", "")),
        ("Er nannte es „sicher“.", ("", "")),
        ("It doesn't say.", ("", "")),
    ],
)
def test_missing_marks_are_those_of_quotations_that_begin_before_or_go_on_after(
    text: str, missing: tuple[str, str]
) -> None:
    assert missing_marks(text) == missing
