"""Health and lateness: judged beside the status, from exceptions, estimates and the clock."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from models.allocation import Parcel
from models.enums import ExceptionSeverity, ExceptionType, Health, OrderStatus, ShipmentStatus
from models.estimates import Expectation
from models.exceptions import OrderException
from models.orders import OrderItem

STALE_AFTER = timedelta(days=5)
"""A shipment that has moved and is not finished is STALE after so long without an event."""

WORST_FIRST = (Health.EXCEPTION, Health.STALE, Health.DELAYED, Health.ON_TRACK)


def shipment_health(
    status: ShipmentStatus,
    last_event_at: datetime | None,
    expected: Expectation | None,
    promised_at: datetime | None,
    unresolved: Sequence[OrderException],
    now: datetime,
    *,
    has_moved: bool,
) -> Health:
    if any(is_severe(exception) for exception in unresolved):
        return Health.EXCEPTION
    if status.is_finished:
        return Health.ON_TRACK
    if has_moved and last_event_at is not None and last_event_at + STALE_AFTER <= now:
        return Health.STALE
    if unresolved or _is_behind(expected, promised_at, now):
        return Health.DELAYED
    return Health.ON_TRACK


def is_severe(exception: OrderException) -> bool:
    """Return whether the severity is MEDIUM or higher."""
    return exception.severity is not ExceptionSeverity.LOW


def _is_behind(expected: Expectation | None, promised_at: datetime | None, now: datetime) -> bool:
    if expected is None:
        return False
    return expected.latest < now or (promised_at is not None and expected.latest > promised_at)


def order_health(
    unfinished: Iterable[Health],
    unresolved: Sequence[OrderException],
    promised_at: datetime | None,
    now: datetime,
    *,
    has_pieces_in_no_shipment: bool,
    is_cancelled: bool,
    is_unanswered_loss: bool,
) -> Health:
    """Return the order's health.

    `unfinished` are the healths of its unfinished shipments, `unresolved` its own exceptions and
    those of all its shipments.
    """
    if is_unanswered_loss or any(is_severe(exception) for exception in unresolved):
        return Health.EXCEPTION
    healths = {Health.ON_TRACK, *unfinished}
    if any(exception.shipment_id is None for exception in unresolved):
        healths.add(Health.DELAYED)
    is_past = promised_at is not None and promised_at < now
    if has_pieces_in_no_shipment and not is_cancelled and is_past:
        healths.add(Health.DELAYED)
    return next(health for health in WORST_FIRST if health in healths)


def awaits_answer_to_loss(
    items: Iterable[OrderItem],
    parcels: Iterable[Parcel],
    exceptions: Sequence[OrderException],
) -> bool:
    """Return whether every live piece is lost, and not every loss was answered by a person.

    A person answers a loss by resolving or dismissing the LOST exception of its shipment, whatever
    severity that has.
    """
    live, lost = 0, 0
    for item in items:
        live += item.quantity - item.cancelled_quantity
        lost += item.lost_quantity
    return 0 < live == lost and any(
        parcel.held_quantity > 0 and not _is_loss_answered(parcel, exceptions) for parcel in parcels
    )


def _is_loss_answered(parcel: Parcel, exceptions: Sequence[OrderException]) -> bool:
    losses = [
        exception
        for exception in exceptions
        if exception.type is ExceptionType.LOST and exception.shipment_id == parcel.shipment.id
    ]
    return any(loss.was_closed_by_person for loss in losses) and not any(
        loss.is_unresolved for loss in losses
    )


def clock_moments(
    status: ShipmentStatus,
    last_event_at: datetime | None,
    expected: Expectation | None,
    *,
    has_moved: bool,
) -> Iterator[datetime]:
    """Yield the moments at which the clock alone may change an unfinished shipment's health."""
    if status.is_finished:
        return
    if has_moved and last_event_at is not None:
        yield last_event_at + STALE_AFTER
    if expected is not None:
        yield expected.latest


NEVER_LATE = ("CANCELLED",)
LATE_ONLY_BY_DELIVERY = ("RETURNED", "RETURNING")


def is_late(
    status: OrderStatus | ShipmentStatus,
    late_after: datetime | None,
    delivered_at: datetime | None,
    now: datetime,
) -> bool:
    """Return whether it was delivered after `late_after`, or is not delivered and `now` is past it.

    A delivery that names only its day counts from the start of that day, so that it is late only
    if the deadline was before that day.
    """
    if late_after is None or status in NEVER_LATE:
        return False
    if delivered_at is not None:
        return delivered_at > late_after
    return status not in LATE_ONLY_BY_DELIVERY and now > late_after
