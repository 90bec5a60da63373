"""Readings: what a webhook's body says, in our words."""

from dataclasses import dataclass
from datetime import datetime

from tracking.inputs import OrderDraft


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A line as the shop has it now: its id there, and the pieces that are still wanted."""

    id: str
    wanted: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The cancellation of an order by the shop. `at` is None where the shop does not say when."""

    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadOrder:
    """An order as the shop had it at one version.

    Versions of one order compare as texts in the order in which the shop made them. `lines` are
    those of `draft.items`, at the same places.
    """

    external_id: str
    version: str
    draft: OrderDraft
    lines: tuple[ShopLine, ...]
    is_confirmed: bool
    cancellation: Cancellation | None


@dataclass(frozen=True, slots=True)
class Ignored:
    """A body that has nothing to take in."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A body that cannot be an order here. `problem` names the field and never quotes persons."""

    problem: str


Reading = ReadOrder | Ignored | Unreadable
