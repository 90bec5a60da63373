"""Health after settling: of each shipment, of the order, and when the clock will change it next."""

from collections.abc import Iterator
from datetime import datetime

from models.enums import OrderStatus
from models.estimates import expectation_of
from models.exceptions import OrderException
from models.health import clock_moments, order_health, shipment_health
from models.shipments import Shipment
from tracking.change_recorder import difference
from tracking.settlement.settlement import Settlement


def settle_health(this: Settlement) -> None:
    for shipment in this.loaded.shipments:
        _settle_shipment(this, shipment)
    _settle_order(this)
    for exception in this.loaded.exceptions:
        _note_overdue(this, exception)
    this.order.sweep_at = min(
        (moment for moment in _moments(this) if moment >= this.act.now), default=None
    )


def _settle_shipment(this: Settlement, shipment: Shipment) -> None:
    previous = shipment.health
    shipment.health = shipment_health(
        shipment.status,
        _last_news_at(this, shipment),
        expectation_of(shipment),
        this.order.promised_at,
        [one for one in this.loaded.exceptions_of(shipment) if one.is_unresolved],
        this.act.now,
        has_moved=shipment.has_moved,
    )
    if shipment.health is not previous:
        shipment.updated_at = this.act.now
        this.record.health(shipment, previous, shipment.health, this.happened_at)


def _settle_order(this: Settlement) -> None:
    order, previous = this.order, this.order.health
    order.health = order_health(
        [one.health for one in this.loaded.shipments if not one.status.is_finished],
        [one for one in this.loaded.exceptions if one.is_unresolved],
        order.promised_at,
        this.act.now,
        has_pieces_in_no_shipment=this.has_free_pieces,
        is_cancelled=order.status is OrderStatus.CANCELLED,
    )
    if order.health is not previous:
        this.record.health(None, previous, order.health, this.happened_at)


def _note_overdue(this: Settlement, exception: OrderException) -> None:
    is_overdue = (
        exception.is_unresolved and exception.due_at is not None and exception.due_at < this.act.now
    )
    if is_overdue and not exception.was_overdue:
        exception.updated_at = this.act.now
        shipment = _shipment_of(this, exception)
        said = [difference("isOverdue", "false", "true")]
        this.record.exception_amended(shipment, exception, said, this.act.now)
    exception.was_overdue = is_overdue


def _shipment_of(this: Settlement, exception: OrderException) -> Shipment | None:
    if exception.shipment_id is None:
        return None
    return this.loaded.shipment(exception.shipment_id)


def _last_news_at(this: Settlement, shipment: Shipment) -> datetime | None:
    """Of any news that stands: an estimate shows that the carrier has not forgotten it."""
    events = this.loaded.events[shipment.id]
    standing = (event.occurred_at for event in events if event.retracted_at is None)
    return max(standing, default=None)


def _moments(this: Settlement) -> Iterator[datetime]:
    """Every moment at which the clock may change something here."""
    for shipment in this.loaded.shipments:
        yield from clock_moments(
            shipment.status,
            _last_news_at(this, shipment),
            expectation_of(shipment),
            has_moved=shipment.has_moved,
        )
    if this.has_free_pieces and this.order.promised_at is not None:
        yield this.order.promised_at
    for exception in this.loaded.exceptions:
        if exception.is_unresolved and exception.due_at is not None:
            yield exception.due_at
