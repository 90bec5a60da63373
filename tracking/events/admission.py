"""Admission: which events of a call are recorded if their orders are too much for one command."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from database.rows import read_values
from errors import DomainError, LimitExceeded
from models.carrier_families import CarrierFamilies, Number
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.events.checked_events import CheckedEvent
from tracking.events.locked_scope import (
    SourceKey,
    events_with_keys,
    numbers_of_events,
    source_key,
)
from tracking.events.number_assignments import assigned_shipment_ids
from tracking.orders.order_parts import count_parts, fit_together
from tracking.shipments.tracking_number_locks import order_ids_by_number


@dataclass(frozen=True, slots=True)
class Reach:
    """Where events may change something: `shipments` have their orders and numbers.

    `assigned` are the shipments to which people have assigned the events' numbers.
    """

    families: CarrierFamilies
    shipments: dict[UUID, tuple[UUID, Number | None]]
    order_ids_by_number: dict[Number, set[UUID]]
    targets: dict[SourceKey, list[TrackingEvent]]
    assigned: dict[Number, set[UUID]]

    def orders_of(self, entry: CheckedEvent) -> set[UUID]:
        """Return the orders that have to be loaded to record the event."""
        targets = self.targets.get(_retracted(entry), [])
        shipment_ids = {entry.shipment_id, *(target.shipment_id for target in targets)}
        shipments = self._shipments_with(shipment_ids)
        numbers = {
            entry.number,
            *(number for _, number in shipments),
            *numbers_of_events(self.families, targets),
        }
        for number in (*numbers,):
            assigned = self._shipments_with(self.assigned.get(number, ()) if number else ())
            shipments += assigned
            numbers |= {number for _, number in assigned}
        return {order_id for order_id, _ in shipments}.union(
            *(self.order_ids_by_number.get(number, ()) for number in numbers if number)
        )

    def _shipments_with(self, ids: Iterable[UUID | None]) -> list[tuple[UUID, Number | None]]:
        return [self.shipments[id_] for id_ in ids if id_ in self.shipments]


def _retracted(entry: CheckedEvent) -> SourceKey:
    return entry.event.source, str(entry.event.retracts)


async def admit(
    families: CarrierFamilies, events: Sequence[CheckedEvent | DomainError]
) -> list[CheckedEvent | DomainError]:
    """Return the events of a call, with LimitExceeded in place of those whose orders have too many
    rows to be loaded together with those of the events before them.

    Call it under the locks of what the events may change.
    """
    checked = [event for event in events if isinstance(event, CheckedEvent)]
    reach = await _reach_of(families, checked)
    all_ids = {order_id for order_id, _ in reach.shipments.values()}
    counts = await count_parts(all_ids.union(*reach.order_ids_by_number.values()))
    admitted: list[CheckedEvent | DomainError] = []
    loaded: set[UUID] = set()
    for event in events:
        needed = reach.orders_of(event) if isinstance(event, CheckedEvent) else set()
        if needed <= loaded or _fit(loaded | needed, counts):
            loaded |= needed
            admitted.append(event)
        elif isinstance(event, CheckedEvent):
            admitted.append(_refusal(event, fits_alone=_fit(needed, counts)))
    return admitted


def _fit(order_ids: set[UUID], counts: dict[UUID, int]) -> bool:
    return fit_together([counts.get(order_id, 0) for order_id in order_ids])


def _refusal(entry: CheckedEvent, *, fits_alone: bool) -> LimitExceeded:
    if fits_alone:
        message = (
            "The orders of this event, and of those before it in the call, have too many events and"
            " other parts to be loaded together. Send it in a call of its own, or with events of"
            " few shipments."
        )
    else:
        message = (
            "The orders of the shipments with this tracking number have too many events and other"
            " parts to be loaded together. Give fewer shipments the same number."
        )
    return LimitExceeded(message, ("trackingNumber" if entry.number else "shipmentId",))


async def _reach_of(families: CarrierFamilies, entries: Sequence[CheckedEvent]) -> Reach:
    targets: dict[SourceKey, list[TrackingEvent]] = {}
    keys = {_retracted(entry) for entry in entries if entry.event.retracts is not None}
    for target in await events_with_keys(keys):
        targets.setdefault(source_key(target), []).append(target)
    found = [target for rows in targets.values() for target in rows]
    addressed = {entry.shipment_id for entry in entries} | {target.shipment_id for target in found}
    shipments = await _places_of(families, addressed - {None})
    named = numbers_of_events(families, found)
    named |= {entry.number for entry in entries if entry.number is not None}
    named |= {number for _, number in shipments.values() if number is not None}
    assigned = await assigned_shipment_ids(families, named)
    shipments |= await _places_of(families, set().union(*assigned.values()))
    numbers = named | {number for _, number in shipments.values() if number is not None}
    order_ids = await order_ids_by_number(families, numbers)
    return Reach(families, shipments, order_ids, targets, assigned)


async def _places_of(
    families: CarrierFamilies, shipment_ids: Set[UUID | None]
) -> dict[UUID, tuple[UUID, Number | None]]:
    """Return the orders of the shipments, and the numbers that they have."""
    columns = ("id", "order_id", "carrier", "number_key")
    rows = await read_values(Shipment, columns, "id AMONG 1", shipment_ids)
    return {id_: (order_id, families.number(carrier, key)) for id_, order_id, carrier, key in rows}
