"""The history of an order: what had become of it before it was imported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from commands.importing.values.times import Occasion
from errors import DomainError, Invalid
from models.carriers import checked_carrier
from tracking import validation


@dataclass(kw_only=True)
class HistoryDraft:
    """The history as a file gives it, of the whole order or of some of its lines."""

    shipped_at: Annotated[Occasion | None, "When the carrier took the order."] = None
    carrier: Annotated[str | None, "The carrier's code, such as dhl_express."] = None
    tracking_number: Annotated[str | None, "The carrier's tracking number."] = None
    delivered_at: Annotated[Occasion | None, "When the order was delivered."] = None
    cancelled_at: Annotated[Occasion | None, "When the order was cancelled."] = None
    lines: Annotated[tuple[int, ...], "Its items, counted from 1; all if left out."] = ()

    @property
    def has_shipment(self) -> bool:
        """Whether it tells of a shipment. A carrier alone may be that of a plan."""
        return bool(self.shipped_at or self.delivered_at or self.tracking_number)

    @property
    def is_empty(self) -> bool:
        return not self.has_shipment and self.cancelled_at is None


def history_faults(history: HistoryDraft, now: datetime) -> list[DomainError]:
    """Return all that is wrong with a history, each with the path of its field."""
    faults: list[DomainError] = []
    latest = now + validation.CLOCK_TOLERANCE
    for name, occasion in (
        ("shippedAt", history.shipped_at),
        ("deliveredAt", history.delivered_at),
        ("cancelledAt", history.cancelled_at),
    ):
        if occasion is not None and occasion.start > latest:
            faults.append(Invalid("Lies in the future.", (name,)))
    faults += _handover_faults(history)
    shipped, delivered = history.shipped_at, history.delivered_at
    if shipped is not None and delivered is not None and delivered.end < shipped.start:
        faults.append(Invalid("Lies before the order was shipped.", ("deliveredAt",)))
    if history.cancelled_at is not None and history.has_shipment:
        faults.append(
            Invalid(
                "An order that has a shipment cannot be cancelled as a whole: leave this empty, or"
                " what tells of the shipment.",
                ("cancelledAt",),
            )
        )
    return faults


def _handover_faults(history: HistoryDraft) -> list[DomainError]:
    faults: list[DomainError] = []
    try:
        if history.carrier is not None:
            checked_carrier(history.carrier, "carrier")
        elif history.tracking_number is not None:
            raise Invalid("Is missing beside the tracking number.", ("carrier",))
    except DomainError as fault:
        faults.append(fault)
    try:
        if history.tracking_number is not None:
            validation.tracking_number(history.tracking_number, "trackingNumber")
    except DomainError as fault:
        faults.append(fault)
    return faults
