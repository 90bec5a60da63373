"""Health and lateness: how a shipment or an order fares beside its status."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from models.enums import ExceptionSeverity, Health, OrderStatus, ShipmentStatus
from models.estimates import Expectation
from models.exceptions import OrderException

STALE_AFTER = timedelta(days=5)
"""Without news for as long, a shipment that has moved and is not finished is STALE."""

WORST_FIRST = (Health.EXCEPTION, Health.STALE, Health.DELAYED, Health.ON_TRACK)


def shipment_health(
    status: ShipmentStatus,
    last_news_at: datetime | None,
    expected: Expectation | None,
    promised_at: datetime | None,
    unresolved: Sequence[OrderException],
    now: datetime,
    *,
    has_moved: bool,
) -> Health:
    if any(is_grave(one) for one in unresolved):
        return Health.EXCEPTION
    if status.is_finished:
        return Health.ON_TRACK
    if has_moved and last_news_at is not None and last_news_at + STALE_AFTER <= now:
        return Health.STALE
    if unresolved or _is_behind(expected, promised_at, now):
        return Health.DELAYED
    return Health.ON_TRACK


def is_grave(exception: OrderException) -> bool:
    """MEDIUM or more."""
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
) -> Health:
    """`unresolved`: the order's own exceptions and those of all its shipments."""
    if any(is_grave(one) for one in unresolved):
        return Health.EXCEPTION
    found = {Health.ON_TRACK, *unfinished}
    if any(one.shipment_id is None for one in unresolved):
        found.add(Health.DELAYED)
    is_past = promised_at is not None and promised_at < now
    if has_pieces_in_no_shipment and not is_cancelled and is_past:
        found.add(Health.DELAYED)
    return next(health for health in WORST_FIRST if health in found)


def clock_moments(
    status: ShipmentStatus,
    last_news_at: datetime | None,
    expected: Expectation | None,
    *,
    has_moved: bool,
) -> Iterator[datetime]:
    """When the clock alone may change an unfinished shipment's health."""
    if status.is_finished:
        return
    if has_moved and last_news_at is not None:
        yield last_news_at + STALE_AFTER
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
    """Delivered after the deadline, or not delivered and past it.

    A delivery that names only its day counts from the start of that day, so that it is late only
    if the deadline was before that day.
    """
    if late_after is None or status in NEVER_LATE:
        return False
    if delivered_at is not None:
        return delivered_at > late_after
    return status not in LATE_ONLY_BY_DELIVERY and now > late_after
