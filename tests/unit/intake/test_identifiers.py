"""What is recognised as identifying somebody, in single texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gi_monitor.intake import identifiers

DIGITS = st.text("0123456789", min_size=9, max_size=9)
WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


@st.composite
def service_numbers(draw: st.DrawFn) -> str:
    """A number that passes: eight digits and the ninth that makes the sum divisible by eleven, where there is one."""
    first = draw(st.lists(st.integers(0, 9), min_size=8, max_size=8).filter(any))
    last = sum(weight * digit for weight, digit in zip(WEIGHTS, first, strict=False)) % 11
    if last == 10:
        first[7] = (first[7] + 1) % 10
        last = sum(weight * digit for weight, digit in zip(WEIGHTS, first, strict=False)) % 11
    return "".join(map(str, [*first, last])) if last < 10 and any(first) else "111222333"


@given(service_numbers())
def test_every_number_that_passes_is_found_whole_grouped_and_in_words(number: str) -> None:
    dotted = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    for text in (number, dotted, spaced, f"bsn:{number}", f"kind {number}, zaak 12", f"a{number}"):
        assert identifiers.holds_service_number(text), text
    assert not identifiers.holds_service_number(f"1{number}")
    assert not identifiers.holds_service_number(f"{number}0")


@given(DIGITS)
def test_a_number_passes_when_its_weighted_sum_is_divisible_by_eleven(digits: str) -> None:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    assert identifiers.passes_elfproef(digits) == (total % 11 == 0 and digits != "000000000")


@pytest.mark.parametrize(
    "text", ["000000000", "123456789", "2024-04-30", "20240430", "1234567", "123,45", "12345678210"]
)
def test_other_numbers_are_no_service_numbers(text: str) -> None:
    assert not identifiers.holds_service_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "jan@voorbeeld.nl",
        "mail naar jan.de-vries+kind@jeugd.voorbeeld.nl svp",
        "0612345678",
        "06-12345678",
        "06 12 34 56 78",
        "+31612345678",
        "+31 (0)20 123 4567",
        "0031201234567",
        "(020) 123 4567",
        "020-1234567",
        "NL91ABNA0417164300",
        "nl91 abna 0417 1643 00",
        "rekening NL91 ABNA 0417 1643 00 van moeder",
        "1234 AB",
        "1234AB",
        "1234ab",
        "woont 2511 CW Den Haag",
    ],
)
def test_contact_details_are_found(text: str) -> None:
    assert identifiers.holds_contact_detail(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-30",
        "30-04-2024",
        "20240430",
        "3 mrt 2024",
        "PV28",
        "12-17",
        "0,89",
        "1234.56",
        "J",
        "stand 2024 in april",
        "NL91ABNA0417164301",
        "1234 SS",
        "m5gkq2x7hbtnce",
        "mr-000123456789",
        "Zorgcoördinator",
        "verslagmaand 2024-04",
        "parquet-cpp-arrow version 26.0.1",
    ],
)
def test_dates_codes_numbers_and_keys_are_no_contact_details(text: str) -> None:
    assert not identifiers.holds_contact_detail(text)


@pytest.mark.parametrize(
    "name",
    [
        "BSN", "bsn_kind", "kindBSN", "Naam", "naam kind", "clientnaam", "Voornaam", "geboorte_datum", "GeboorteDatum",
        "geb.datum", "E-mailadres", "tel.nr", "first name", "DateOfBirth", "Postcode", "woonadres", "Straat", "huisnr",
    ],
)  # fmt: skip
def test_columns_that_name_an_attribute_of_a_person(name: str) -> None:
    assert identifiers.names_an_attribute(name)


@pytest.mark.parametrize(
    "name",
    ["leeftijdsgroep", "provincie", "datum_jeugdbeschermer_benoemd", "gezin_sleutel", "lijst", "overbrugging", "role"],
)
def test_columns_that_do_not(name: str) -> None:
    assert not identifiers.names_an_attribute(name)


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("a" * 64, False),
        ("a" * 65, True),
        ("een twee drie vier", False),
        ("een twee drie vier vijf", True),
        ("verzonnen gegevens / synthetic data", False),
    ],
)
def test_free_text_is_long_or_has_more_than_four_words(text: str, free: bool) -> None:
    assert identifiers.is_free_text(text) is free


@given(st.text(max_size=2000))
def test_no_text_makes_screening_fail(text: str) -> None:
    identifiers.holds_service_number(text)
    identifiers.holds_contact_detail(text)
    identifiers.names_an_attribute(text)
    identifiers.is_service_number(text)
