from __future__ import annotations

import pytest

from corpus.text.lookalikes import alphabet_in_disguise


@pytest.mark.parametrize(
    ("name", "alphabet"),
    [
        ("R\u0435uters", "Cyrillic"),
        ("\u0410\u0440\u0440\u04cf\u0435", "Cyrillic"),
        ("The \u0421\u043e\u0441\u043e Post", "Cyrillic"),
        ("R\u0435uters Россия", "Cyrillic"),
        ("\u0391P", "Greek"),
        ("𝐑𝐞𝐮𝐭𝐞𝐫𝐬", "styled"),
        ("Reuters", None),
        ("Küstenpost & Söhne", None),
        ("Газета о спорте", None),
        ("Time Out Москва", None),
        ("IT-компания", None),
        ("北京日报 NHK", None),
        ("µm", None),
        ("CO₂ Monitor", None),
        ("La 2ª Cadena Nº 5", None),
        ("R²\u0435uters", "Cyrillic"),
        ("", None),
    ],
)
def test_alphabet_in_disguise_names_letters_that_pass_as_latin(name: str, alphabet: str | None) -> None:
    assert alphabet_in_disguise(name) == alphabet
