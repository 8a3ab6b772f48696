"""Numbers and dates as Chinese, Japanese and Korean write them."""

from __future__ import annotations

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text.numerals import amounts_in_numerals, dates_in_numerals


@pytest.mark.parametrize(
    ("text", "written", "value", "unit"),
    [
        ("约有1.4亿人受影响", "1.4亿人", 140_000_000, ""),
        ("1億4000万人", "1億4000万人", 140_000_000, ""),
        ("1억 4000만 명이", "1억 4000만 명", 140_000_000, ""),
        ("百分之三十的工人", "百分之三十", 30, "percent"),
        ("百分之三点五", "百分之三点五", Decimal("3.5"), "percent"),
        ("上升0.5个百分点", "0.5个百分点", Decimal("0.5"), "percent"),
        ("三成的选民", "三成", 30, "percent"),
        ("国民の3割", "3割", 30, "percent"),
        ("30퍼센트", "30퍼센트", 30, "percent"),
        ("两百人", "两百人", 200, ""),
        ("三千二百名", "三千二百名", 3_200, ""),
        ("花了三千二", "三千二", 3_200, ""),
        ("一万零二个", "一万零二个", 10_002, ""),
        ("一百零五", "一百零五", 105, ""),
        ("十五个国家", "十五个国家", 15, ""),
        ("三十多万吨", "三十多万吨", 300_000, ""),
        ("3万亿美元的债", "3万亿美元", 3_000_000_000_000, "dollar"),
        ("5億米ドル", "5億米ドル", 500_000_000, "dollar"),
        ("第十三届", "第十三届", 13, "ordinal"),
        ("13点计划", "13点", 13, ""),
        ("十分钟", "十分钟", 10, ""),
    ],
)
def test_amounts_in_numerals_reads_numbers_with_their_units(text: str, written: str, value: Decimal, unit: str) -> None:
    assert [(text[one.start : one.end], one.value, one.unit) for one in amounts_in_numerals(text)] == [
        (written, value, unit)
    ]


@pytest.mark.parametrize(
    "text",
    ["三星在四川", "五角大楼", "十分重要", "数十万人", "三四百人", "周三", "一个月", "十四五规划", "300", "13 points"],
)
def test_amounts_in_numerals_finds_none_in_names_and_guesses(text: str) -> None:
    assert list(amounts_in_numerals(text)) == []


def test_amounts_in_numerals_knows_where_a_fraction_stands() -> None:
    assert [(one.start, one.end, one.value) for one in amounts_in_numerals("约三分之二的人")] == [(1, 5, None)]


@pytest.mark.parametrize(
    ("text", "written", "year", "month", "day"),
    [
        ("于2026年3月5日开工", "2026年3月5日", 2026, 3, 5),
        ("二〇二六年三月二十三日", "二〇二六年三月二十三日", 2026, 3, 23),
        ("令和8年5月3日", "令和8年5月3日", 2026, 5, 3),
        ("平成元年", "平成元年", 1989, None, None),
        ("2026년 3월 5일에", "2026년 3월 5일", 2026, 3, 5),
        ("十一月二十日", "十一月二十日", None, 11, 20),
        ("3月15号的会", "3月15号", None, 3, 15),
        ("2024年底", "2024年", 2024, None, None),
        ("25日发布", "25日", None, None, 25),
    ],
)
def test_dates_in_numerals_are_as_exact_as_they_are_written(
    text: str, written: str, year: int | None, month: int | None, day: int | None
) -> None:
    assert [(text[one.start : one.end], *one[2:]) for one in dates_in_numerals(text)] == [(written, year, month, day)]


@pytest.mark.parametrize("text", ["三个月", "25日間", "5号楼", "2020年代", "26年", "3 May 2026", "月月日日"])
def test_dates_in_numerals_finds_none_where_time_is_counted(text: str) -> None:
    assert list(dates_in_numerals(text)) == []


@given(st.text("一二三十百万亿点多零〇第成年月日 " + string.digits + ".,", max_size=200))
def test_numerals_are_read_in_any_text(text: str) -> None:
    found = [one[:2] for one in amounts_in_numerals(text)] + [one[:2] for one in dates_in_numerals(text)]
    assert all(0 <= start < end <= len(text) for start, end in found)
