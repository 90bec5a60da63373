"""Scattered orders: orders whose lines do not stand together in a CSV file.

If they were stored as they come, the first lines would make half an order that no import could
complete. So the file is read once before, and such orders are refused wherever their lines stand.
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
    """Return the keys that stand in several places with different content; a copy does no harm.

    Two numbers are remembered for each order, so that a million orders fit into memory.
    """
    contents: dict[int, int] = {}
    scattered = set()
    for entry in entries:
        if not isinstance(entry.draft, DomainError):
            key = _number(str(entry.draft.idempotency_key))
            content = _number(digest(entry.draft))
            if contents.setdefault(key, content) != content:
                scattered.add(key)
    return scattered


def refuse_scattered(entries: Iterable[Entry], scattered: Set[int]) -> Iterator[Entry]:
    for entry in entries:
        yield Entry(entry.lines, SCATTERED) if _is_among(scattered, entry) else entry


def _is_among(scattered: Set[int], entry: Entry) -> bool:
    if not scattered or isinstance(entry.draft, DomainError):
        return False
    return _number(str(entry.draft.idempotency_key)) in scattered


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest())
