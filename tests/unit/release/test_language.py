"""Both languages say the same, and write numbers and days as their readers do."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gi_monitor.release.pages import language

DUTCH, ENGLISH = language.both()


def texts(found: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from texts(inner, f"{key}/{name}")
    elif isinstance(found, list):
        for number, inner in enumerate(found):
            yield from texts(inner, f"{key}/{number}")
    else:
        yield key, found


def filled_in(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_texts_with_the_same_to_fill_in() -> None:
    dutch, english = dict(texts(DUTCH.texts)), dict(texts(ENGLISH.texts))

    assert dutch.keys() == english.keys()
    assert {key for key in dutch if filled_in(dutch[key]) != filled_in(english[key])} == set()
    assert all(isinstance(text, str) and text.strip() for text in (*dutch.values(), *english.values()))


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [("2500", "2.500", "2,500"), ("-0.3", "−0,3", "−0.3"), ("31200", "31.200", "31,200"), ("12.0", "12,0", "12.0")],
)
def test_numbers_are_written_as_their_readers_do(value: str, dutch: str, english: str) -> None:
    assert (DUTCH.number(Decimal(value)), ENGLISH.number(Decimal(value))) == (dutch, english)


def test_shares_are_percents_and_days_have_their_month() -> None:
    assert DUTCH.percent(Decimal("0.71")) == "71%"
    assert DUTCH.percent(Decimal("0.05")) == "5%"
    assert DUTCH.day(date(2025, 1, 1)) == "1 januari 2025"
    assert ENGLISH.day(date(2025, 1, 1)) == "1 January 2025"


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(KeyError, match=r"nowhere\.C3\.value is not in en\.yml"):
        ENGLISH("nowhere.C3.value")
