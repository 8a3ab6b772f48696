from __future__ import annotations

from email.message import EmailMessage

from tests.corpus.readers.files import read, refusal, shown


def mail(text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ada Lind <ada@example.org>"
    message["Subject"] = "The quay"
    message["Date"] = "Tue, 04 May 2021 09:30:00 +0200"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message


def test_eml_subject_sender_and_date_are_title_author_and_date() -> None:
    draft = read("eml", mail("The fee rose.").as_bytes())
    assert (draft.title, draft.author, draft.published) == ("The quay", "Ada Lind", "2021-05-04T09:30:00+02:00")
    assert draft.date_source == "email"


def test_eml_lines_become_paragraphs_items_quotations_and_a_signature() -> None:
    text = (
        "The fee of the north quay rose in May, as\neverybody knows who was there.\n\n- first\n- second\n\n"
        "> Did the fee\n> rise?\n>> When?\n\nYes.\n-- \nAda Lind\nHarbour office\n"
    )
    assert shown(read("eml", mail(text).as_bytes())) == [
        ("paragraph", "The fee of the north quay rose in May, as everybody knows who was there."),
        ("item1", "first"),
        ("item1", "second"),
        ("quotation", "Did the fee rise?"),
        ("quotation", "When?"),
        ("paragraph", "Yes."),
        ("furniture", "Ada Lind\nHarbour office"),
    ]


def test_eml_html_is_taken_before_plain_text_and_quoted_parts_are_quotations() -> None:
    message = mail("Plain words.")
    message.add_alternative("<h1>Fee</h1><p>It rose.</p><blockquote>Did it?</blockquote>", subtype="html")
    assert shown(read("eml", message.as_bytes())) == [
        ("heading1", "Fee"),
        ("paragraph", "It rose."),
        ("quotation", "Did it?"),
    ]


def test_eml_attachments_are_named_and_not_read() -> None:
    message = mail("See the plan.")
    message.add_attachment(b"secret words", maintype="application", subtype="pdf", filename="plan.pdf")
    draft = read("eml", message.as_bytes())
    assert draft.text == "See the plan."
    assert draft.warnings == ("its attachments are not read: plan.pdf; save them as files of their own.",)


def test_eml_any_charset_and_transfer_encoding_is_read() -> None:
    message = mail("x")
    message.set_content("Der Kai in Łódź kostet 3 zł.", charset="iso-8859-2", cte="quoted-printable")
    assert "Łódź" in read("eml", message.as_bytes()).text


def test_eml_what_is_no_mail_or_is_encrypted_is_refused() -> None:
    assert "no e-mail" in refusal("eml", b"just words\n")
    assert "encrypted" in refusal("eml", b"From: a@example.org\nContent-Type: application/pkcs7-mime\n\nAAAA\n")


def test_eml_deeply_nested_parts_cost_one_sentence() -> None:
    parts = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(2_000))
    assert refusal("eml", f"From: a@example.org\n{parts}".encode()).endswith(".")
