"""Keys that carry no meaning: stable inside an institution, scattered, of the form spec 1.1 asks for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gi_monitor.synthetic.table import Ints, Texts

_Words = NDArray[np.uint64]
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_NINE_DIGITS = 10**9
_SHIFTS = np.arange(0, 65, 5, dtype=np.uint64)


class Keys:
    """Makes the keys of one simulated population; another seed gives other keys."""

    def __init__(self, seed: int) -> None:
        self._seed = _mix(np.array([seed], dtype=np.uint64))

    def make(self, letter: str, institution: Ints, number: Ints) -> Texts:
        """One key per number: a letter for what it is of, then what systems make up, by institution.

        Scattered letters and digits, hexadecimal digits, or a serial number. Two numbers never share a key at one
        institution, because each step of the mixing can be undone.
        """
        salt = _mix(self._seed ^ _mix(institution.astype(np.uint64) + np.uint64(ord(letter) << 16)))
        mixed, form = _mix(number.astype(np.uint64) ^ salt), institution % len(_FORMS)
        keys = np.empty(len(number), dtype=object)
        for each, make in enumerate(_FORMS):
            chosen = form == each
            keys[chosen] = make(letter, mixed[chosen], salt[chosen], number[chosen])
        return keys


def _mix(words: _Words) -> _Words:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection on 64 bits."""
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _scattered(letter: str, mixed: _Words, _salt: _Words, _number: Ints) -> Texts:
    digits = _ALPHABET[((mixed[:, None] >> _SHIFTS) & np.uint64(31)).astype(int)]
    text = np.column_stack([np.full(len(mixed), ord(letter), dtype=np.uint8), digits])
    return np.ascontiguousarray(text).view("S14").ravel().astype("U14").astype(object)


def _hexadecimal(letter: str, mixed: _Words, _salt: _Words, _number: Ints) -> Texts:
    return np.array([f"{letter}{word:016x}" for word in mixed.tolist()], dtype=object)


def _serial(letter: str, _mixed: _Words, salt: _Words, number: Ints) -> Texts:
    """Counted from a number of the institution's own, so that a child has another one elsewhere."""
    counted = (salt % np.uint64(_NINE_DIGITS) + number.astype(np.uint64)) % np.uint64(_NINE_DIGITS)
    return np.array([f"{letter}r-{each:09d}" for each in counted.tolist()], dtype=object)


_FORMS = (_scattered, _hexadecimal, _serial)
