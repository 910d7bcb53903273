"""What identifies or reaches a person, and what is free text: recognised in single texts (spec 1.3, P01–P04)."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from gi_monitor import contracts

LONGEST_VALUE = 64
MOST_WORDS = 4

_WEIGHTS = ((9, 8, 7), (6, 5, 4), (3, 2, -1))
# Millions of keys are weighed: three look-ups cost a fifth of nine multiplications.
_HIGH, _MIDDLE, _LOW = (
    [first * (n // 100) + second * (n // 10 % 10) + third * (n % 10) for n in range(1000)]
    for first, second, third in _WEIGHTS
)
_NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)")
_NINE_GROUPED = re.compile(r"(?<!\d)(?<!\d[. ])\d(?:[. ]?\d){8}(?![. ]?\d)")
_NINE_BETWEEN_SIGNS = re.compile(r"(?<![^\W_])\d{9}(?![^\W_])")
_WITHOUT_SEPARATORS = str.maketrans("", "", ". ")
_WHOLE_BUT_FOR_A_PREFIX = re.compile(r"[^\W\d_]*[-_. ]?(\d{9})")
# Bounded, so that a long run of signs costs no more than its length.
_E_MAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}\.[^\W\d_]{2,}")
_TELEPHONE = re.compile(r"(?<![\w+])(?:(?:\+|00)31[ -]?(?:\(0\))?|\(?0)(?:[ -]?\)?[ -]?\d){9}(?!\w)")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_SHORTEST_IBAN = 15
# A year before a small word ("2024 in") is no postcode: apart from its digits it is written in capitals.
_POSTCODE = re.compile(r"(?<!\w)[1-9]\d{3}(?: ?(?!S[ADS])[A-Z]{2}|(?!s[ads])[a-z]{2})(?!\w)")
_WORD = re.compile(r"\w")
_PARTS_OF_A_NAME = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def passes_elfproef(digits: str) -> bool:
    """Whether nine digits could be a citizen service number: weighted sum divisible by 11, all zeros exempt."""
    number = int(digits)
    weighted = _HIGH[number // 1_000_000] + _MIDDLE[number // 1000 % 1000] + _LOW[number % 1000]
    return weighted % 11 == 0 and number > 0


def holds_service_number(text: str) -> bool:
    """P01 outside key columns: nine digits among other signs, also with dots or spaces in them, that pass."""
    runs = [*_NINE_DIGITS.findall(text), *_NINE_GROUPED.findall(text)]
    return any(passes_elfproef(run.translate(_WITHOUT_SEPARATORS)) for run in runs)


def runs_in_key(key: str) -> set[str]:
    """Nine digits that stand by themselves in a key: in a hexadecimal one, digits between letters are no number."""
    return set(_NINE_BETWEEN_SIGNS.findall(key))


def is_service_number(key: str) -> bool:
    """Whether a whole key, but for a letter prefix, is a number that passes the elfproef."""
    match = _WHOLE_BUT_FOR_A_PREFIX.fullmatch(key)
    return match is not None and passes_elfproef(match[1])


def holds_contact_detail(text: str) -> bool:
    """P02: an e-mail address, telephone number, IBAN or six-position postcode, whole or as a separate word."""
    return bool(
        _E_MAIL.search(text)
        or _TELEPHONE.search(text)
        or _POSTCODE.search(text)
        or any(_is_iban(found) for found in _IBAN.findall(text))
    )


def _is_iban(text: str) -> bool:
    """ISO 13616: with its first four signs at the end and letters as 10 to 35, the number is 1 modulo 97.

    A word that follows an IBAN after a space looks like a part of it, so shorter beginnings count too.
    """
    signs = text.replace(" ", "").upper()
    return any(_is_one_modulo_97(signs[:end]) for end in range(_SHORTEST_IBAN, len(signs) + 1))


def _is_one_modulo_97(signs: str) -> bool:
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


def is_free_text(text: str) -> bool:
    """P04: longer than 64 characters or more than four words, of which a lone sign is none."""
    words = text.split()
    many = len(words) > MOST_WORDS and sum(bool(_WORD.search(word)) for word in words) > MOST_WORDS
    return len(text) > LONGEST_VALUE or many


def words_of(column: str) -> list[str]:
    """The words in a column's name, in small letters without accents."""
    plain = unicodedata.normalize("NFKD", column).encode("ascii", "ignore").decode()
    return [word.lower() for word in _PARTS_OF_A_NAME.findall(plain)]


def names_an_attribute(column: str) -> bool:
    """P03: whether a column's name is that of a person's attribute, whatever its case, accents and separators."""
    words = words_of(column)
    pairs = [one + other for one, other in pairwise(words)]
    known = contracts.load().personal_attributes
    return any(word in known.words or word.endswith(known.endings) for word in (*words, *pairs))
