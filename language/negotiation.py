"""Negotiation: which of our languages somebody reads."""

import re
from collections.abc import Collection, Iterator

LONGEST_TAG = 64
"""Characters of a language tag: those of registered languages have 35 at most. To compare what a
stranger writes in place of one costs the square of its length."""
MOST_RANGES = 32
"""Parts of an Accept-Language header that are read: nobody reads more languages."""
RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?")


def accepted_tags(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, most wanted first.

    A part that is not well-formed is skipped, and so is one that is refused by q=0, and what
    comes after MOST_RANGES.
    """
    weighted = [
        (-_weight(match[2]), match[1])
        for part in header.split(",", MOST_RANGES)[:MOST_RANGES]
        if (match := RANGE.fullmatch(part)) is not None
    ]
    weighted.sort(key=lambda pair: pair[0])
    return [tag for weight, tag in weighted if weight < 0]


def best_code(tag: str, codes: Collection[str]) -> str | None:
    """Return the code that serves a tag: itself, a wider one, else one of the same language.

    de-AT gets de, and pt gets pt_BR; a script that is not ours, such as zh-Hant for zh_Hans, gets
    none, nor has a tag that is longer than LONGEST_TAG.
    """
    if len(tag) > LONGEST_TAG:
        return None
    spellings = {_comparable(code): code for code in codes}
    for wider in _wider(_comparable(tag)):
        if wider in spellings:
            return spellings[wider]
    language = _comparable(tag).split("-")[0]
    alike = [code for key, code in spellings.items() if _is_variant(key, language)]
    return alike[0] if alike else None


def _wider(tag: str) -> Iterator[str]:
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])


def _is_variant(key: str, language: str) -> bool:
    """Whether a code is this language as one country writes it, in its usual script."""
    parts = key.split("-")
    return parts[0] == language and len(parts) == 2 and len(parts[1]) == 2


def _comparable(tag: str) -> str:
    return tag.strip().replace("_", "-").casefold()


def _weight(text: str | None) -> float:
    try:
        return 1.0 if text is None else min(float(text), 1.0)
    except ValueError:
        return 0.0
