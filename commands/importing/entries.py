"""Entries: the orders of a file with their lines, each a draft or a refusal."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from commands.importing.lines import Line
from errors import DomainError, Invalid
from models.customers import IDENTITY_LENGTH
from tracking.inputs import OrderDraft


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of an order, and the draft that they make or the reason why they make none."""

    lines: Sequence[Line]
    draft: OrderDraft | DomainError

    @property
    def size(self) -> int:
        """The number of characters that the entry holds while it waits to be stored."""
        return sum(len(line.text) for line in self.lines)


def identified(draft: OrderDraft) -> OrderDraft:
    """Give the draft an idempotency key, by which a second import recognises it. Raises Invalid."""
    if draft.idempotency_key is None:
        if draft.reference is None:
            raise Invalid(
                "Has neither an idempotency key nor a reference: give one, or importing the file"
                " again would create the order again."
            )
        draft.idempotency_key = _key_of(draft.reference)
    return draft


def _key_of(reference: str) -> str:
    key = f"reference:{reference}"
    if len(key) <= IDENTITY_LENGTH:
        return key
    return f"reference:sha256:{hashlib.sha256(reference.encode(errors='replace')).hexdigest()}"
