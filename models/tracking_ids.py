"""Tracking ids: public, unguessable, and safe to read aloud.

Sixteen symbols of Crockford's base32 (80 random bits) and a check symbol, in groups:
``WA-7K3M-9QXP-2V4T-8HRC-5``. The check symbol is a weighted sum over GF(32), with the powers of a
generator as weights: all weights differ, so every single wrong symbol and every swap of two
neighbours changes it.
"""

import re
import secrets
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "WA"
SYMBOLS = 16
MAXIMUM_TYPED_LENGTH = 64
"""Leaves room for the typist's own spaces and dashes; a longer text is not a tracking id."""
CACHED_IDS = 10_000
"""Ids whose stored form is cached, in some 4 MB: those that are looked up again and again."""
_VALUE_OF = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SEPARATORS = re.compile(r"[\s-]+")
_STORED = re.compile(rf"{PREFIX}(-[{ALPHABET}]{{4}}){{4}}-[{ALPHABET}]")


def new_tracking_id() -> str:
    random = secrets.randbits(5 * SYMBOLS)
    values = [random >> 5 * place & 31 for place in range(SYMBOLS)]
    return _grouped([*values, _check(values)])


def parse_tracking_id(text: str) -> str | None:
    """Return the stored form of what a person typed, None if it cannot be a tracking id.

    Case, dashes, spaces and a missing prefix do not matter; O is read as 0, I and L as 1.
    """
    return None if len(text) > MAXIMUM_TYPED_LENGTH else _parsed(text)


@lru_cache(CACHED_IDS)
def _parsed(text: str) -> str | None:
    symbols = _SEPARATORS.sub("", text).upper()
    if len(symbols) > SYMBOLS + 1:
        symbols = symbols.removeprefix(PREFIX)
    values = [_VALUE_OF.get(symbol, -1) for symbol in symbols]
    if len(values) != SYMBOLS + 1 or -1 in values or _check(values[:-1]) != values[-1]:
        return None
    return _grouped(values)


def resembles_tracking_id(text: str) -> bool:
    """Return whether a text that is not a tracking id may be a mistyped one: it begins like one, or
    is as long and has letters, which order numbers of shops and most numbers of carriers are not.
    """
    symbols = _SEPARATORS.sub("", text).upper()
    is_as_long = len(symbols) == SYMBOLS + 1 and not symbols.isdigit()
    return symbols.startswith(PREFIX) or (is_as_long and _VALUE_OF.keys() >= {*symbols})


def is_stored_form(text: str) -> bool:
    """Return whether the text is a tracking id as it is stored, with a check symbol that is right.

    Most ids are looked up as they were copied, and this takes less than half the time of parsing.
    """
    if not _STORED.fullmatch(text):
        return False
    *values, check = [_VALUE_OF[symbol] for symbol in text[len(PREFIX) :] if symbol != "-"]
    return _check(values) == check


def _check(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _TIMES_GENERATOR[total ^ value]
    return total


def _times_generator(value: int) -> int:
    """Multiply by x in GF(32), reduced by the primitive polynomial x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled


_TIMES_GENERATOR = tuple(map(_times_generator, range(len(ALPHABET))))


def _grouped(values: list[int]) -> str:
    text = "".join(ALPHABET[value] for value in values)
    return "-".join([PREFIX, *(text[start : start + 4] for start in range(0, len(text), 4))])
