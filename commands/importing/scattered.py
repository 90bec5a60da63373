"""Scattered orders: lines of one order that do not stand together in a CSV file.

Stored as they come, the first lines would make half an order that no import can mend; so the file
is read once before, and such orders are refused wherever their lines stand.
"""

import hashlib
from collections.abc import Iterable, Iterator, Set

from commands.importing.entries import Entry
from errors import DomainError, Invalid
from unit_of_work.idempotency import digest

SCATTERED = Invalid(
    "The lines of this order do not stand together, or it stands here twice with other content:"
    " bring its lines together, or take out what is wrong."
)


def scattered_keys(entries: Iterable[Entry]) -> Set[int]:
    """The keys that stand in several places with different content; a mere copy does no harm.

    What is remembered of an order is two numbers, so that a million orders fit.
    """
    contents: dict[int, int] = {}
    scattered = set()
    for entry in entries:
        if not isinstance(entry.asked, DomainError):
            key = _number(str(entry.asked.idempotency_key))
            content = _number(digest(entry.asked))
            if contents.setdefault(key, content) != content:
                scattered.add(key)
    return scattered


def refuse_scattered(entries: Iterable[Entry], scattered: Set[int]) -> Iterator[Entry]:
    for entry in entries:
        yield Entry(entry.lines, SCATTERED) if _is_among(scattered, entry) else entry


def _is_among(scattered: Set[int], entry: Entry) -> bool:
    if not scattered or isinstance(entry.asked, DomainError):
        return False
    return _number(str(entry.asked.idempotency_key)) in scattered


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest())
