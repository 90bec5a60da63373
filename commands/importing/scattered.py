"""Scattered orders: orders whose lines do not stand together in a CSV file.

If they were stored as they come, the first lines would make half an order that no import could
complete. So the file is read once before, and such orders are refused wherever their lines stand.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Set

from commands.importing.entries import Entry, refused
from errors import Invalid
from unit_of_work.idempotency import digest

SCATTERED = Invalid(
    "The lines of this order do not stand together, or it stands here twice with other content:"
    " bring its lines together, or take out what is wrong."
)


def scattered_keys(read: Callable[[], Iterable[Entry]]) -> Set[int]:
    """Return the keys that stand in several places with different content; a copy does no harm.

    `read` reads the file from its beginning. Two numbers are remembered for each order, so that a
    million orders fit into memory.
    """
    # Lines of the same text have the same content, so hardly any content has to be compared.
    suspects = _contradictory(read(), _text)
    if not suspects:
        return suspects
    return _contradictory((entry for entry in read() if _is_among(suspects, entry)), _content)


def _contradictory(entries: Iterable[Entry], content_of: Callable[[Entry], str]) -> Set[int]:
    contents: dict[int, int] = {}
    found = set()
    for entry in entries:
        draft = entry.valid_draft
        if draft is not None:
            key, content = _number(str(draft.idempotency_key)), _number(content_of(entry))
            if contents.setdefault(key, content) != content:
                found.add(key)
    return found


def _text(entry: Entry) -> str:
    return "\n".join([line.text for line in entry.lines])


def _content(entry: Entry) -> str:
    return digest(entry.draft) + repr(entry.histories)


def refuse_scattered(entries: Iterable[Entry], scattered: Set[int]) -> Iterator[Entry]:
    for entry in entries:
        yield refused(entry.lines, SCATTERED) if _is_among(scattered, entry) else entry


def _is_among(scattered: Set[int], entry: Entry) -> bool:
    draft = entry.valid_draft
    return bool(scattered and draft and _number(str(draft.idempotency_key)) in scattered)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest())
