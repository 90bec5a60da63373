"""Plain values: what others wrote, made fit to stand within a sentence or to begin it."""

import re

from language.facts import PlaceFacts

LONGEST_VALUE = 80
"""A longer name of a place or a carrier is cut: the sentence around it must stay readable."""


_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]+"
)
"""Control characters, line breaks, halves of characters, and what reverses the direction of writing
also of all that follows."""


def plain_city(place: PlaceFacts | None) -> str | None:
    """Return the name of a place's city, None if it is not known."""
    return plain_value(place.city or "") or None if place is not None else None


def capitalized(text: str) -> str:
    """Return the text with a capital first letter, as a sentence or a heading begins."""
    return text[:1].upper() + text[1:]


def plain_value(value: str) -> str:
    """Return the text in one line, without control characters, and cut to LONGEST_VALUE."""
    if len(value) <= LONGEST_VALUE and value.isprintable() and value == value.strip():
        return value
    line = " ".join(_CONTROLS.sub(" ", value).split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1].rstrip() + "…"
