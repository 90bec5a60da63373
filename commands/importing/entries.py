"""Entries: the orders of a file with their lines, each with its draft and its faults."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from commands.importing.history import HistoryDraft
from commands.importing.lines import Line
from errors import DomainError, Invalid
from models.customers import IDENTITY_LENGTH
from tracking.inputs import OrderDraft

IDENTITIES = (("idempotencyKey",), ("reference",))
"""The paths of what an order is recognised by."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The lines of an order, and the draft that they make.

    An order with `faults` is not stored; its draft, if they make one, has stand-ins for what could
    not be read. `item_lines` are the lines of its items, if not all lines are items.
    """

    lines: Sequence[Line]
    draft: OrderDraft | None
    histories: Sequence[HistoryDraft] = ()
    faults: Sequence[DomainError] = ()
    item_lines: Sequence[Line] = ()

    @property
    def valid_draft(self) -> OrderDraft | None:
        """The draft, if the order can be stored as far as its reader knows."""
        return None if self.faults else self.draft

    @property
    def size(self) -> int:
        """The number of characters that the entry holds while it waits to be stored."""
        return sum(len(line.text) for line in self.lines)


def refused(lines: Sequence[Line], fault: DomainError) -> Entry:
    """Return the entry of lines that make no draft."""
    return Entry(lines, None, faults=(fault,))


def identify(draft: OrderDraft, faults: list[DomainError]) -> None:
    """Give the draft an idempotency key, by which a second import recognises it.

    If it has nothing to be recognised by, and not because that could not be read, this is added to
    the faults.
    """
    if draft.idempotency_key is not None:
        return
    if draft.reference is not None:
        draft.idempotency_key = _key_of(draft.reference)
    elif not any(fault.field in IDENTITIES for fault in faults):
        faults.append(
            Invalid(
                "Has neither an idempotency key nor a reference: give one, or importing the file"
                " again would create the order again."
            )
        )


def is_identified_by_reference(draft: OrderDraft) -> bool:
    """Return whether the reference alone is what a second import recognises."""
    reference = draft.reference
    return reference is not None and draft.idempotency_key == _key_of(reference)


def _key_of(reference: str) -> str:
    key = f"reference:{reference}"
    if len(key) <= IDENTITY_LENGTH:
        return key
    return f"reference:sha256:{hashlib.sha256(reference.encode(errors='replace')).hexdigest()}"
