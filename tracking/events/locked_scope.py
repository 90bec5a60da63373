"""What news affects: locked, loaded, and what is known of the same news already."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from database.rows import read, read_values
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.events.checked_events import CheckedEvent
from tracking.events.source_locks import lock_sources
from tracking.orders.loading import LoadedOrder, lock_orders
from tracking.shipments.tracking_number_locks import Number, lock_numbers, orders_of
from unit_of_work.unit_of_work import UnitOfWork

Named = tuple[str, str]
"""A source, and what it calls an event of its own."""


@dataclass(slots=True)
class LockedScope:
    """Everything that some news may touch.

    `known` are fingerprints that came before and the events that stand for them, none of what is
    kept; `taken_back` what its source has retracted, also before it came; `named` the events that
    this news retracts.
    """

    orders: dict[UUID, LoadedOrder]
    owner: dict[UUID, LoadedOrder]
    by_number: dict[Number, list[Shipment]]
    known: dict[str, UUID | None] = field(default_factory=dict)
    taken_back: set[Named] = field(default_factory=set)
    named: dict[Named, list[TrackingEvent]] = field(default_factory=lambda: defaultdict(list))


async def lock_scope(this: UnitOfWork, news: Sequence[CheckedEvent]) -> LockedScope:
    """Lock sources, then numbers, then orders."""
    events = [one.event for one in news]
    doomed_names = {(one.source, one.retracts) for one in events if one.retracts is not None}
    takes_back = {source for source, _ in doomed_names}
    await lock_sources({one.source: one.source in takes_back for one in events})
    numbers = {one.number for one in news if one.number is not None}
    doomed = await _events_named(doomed_names)
    await lock_numbers(numbers.union(_numbers_of(doomed)))
    doomed = await _events_named(doomed_names)
    ids = {one.shipment_id for one in news if one.shipment_id is not None}
    order_ids = await orders_of(numbers, ids)
    order_ids |= {one.order_id for one in doomed if one.order_id is not None}
    affected = _affected(await lock_orders(this, order_ids), numbers)
    for event, held in zip(doomed, _as_loaded(this, doomed, affected), strict=True):
        affected.named[event.source, str(event.source_event_id)].append(held)
    affected.known = await _known(events)
    affected.taken_back = await _taken_back(events)
    return affected


async def _events_named(names: Iterable[Named]) -> list[TrackingEvent]:
    wanted = set(names)
    if not wanted:
        return []
    sources, ids = {source for source, _ in wanted}, {id_ for _, id_ in wanted}
    where = "source AMONG 1 AND source_event_id AMONG 2"
    found = await read(TrackingEvent, where, sources, ids)
    return [one for one in found if (one.source, str(one.source_event_id)) in wanted]


def _numbers_of(events: Iterable[TrackingEvent]) -> set[Number]:
    return {
        (one.carrier, one.number_key)
        for one in events
        if one.carrier is not None and one.number_key is not None
    }


def _affected(orders: dict[UUID, LoadedOrder], numbers: Iterable[Number]) -> LockedScope:
    """The shipments of each number are the newest first."""
    owner = {one.id: loaded for loaded in orders.values() for one in loaded.shipments}
    by_number: dict[Number, list[Shipment]] = {number: [] for number in numbers}
    shipments = chain.from_iterable(loaded.shipments for loaded in orders.values())
    for one in sorted(shipments, key=lambda one: (one.created_at, one.id), reverse=True):
        number = (one.carrier, one.number_key)
        if number in by_number:
            by_number[number].append(one)
    return LockedScope(orders, owner, by_number)


def _as_loaded(
    this: UnitOfWork, events: Sequence[TrackingEvent], affected: LockedScope
) -> Sequence[TrackingEvent]:
    """The same events, as the rows that their loaded orders hold; kept ones are watched."""
    if not events:
        return []
    rows = {
        event.id: event
        for loaded in affected.orders.values()
        for held in loaded.events.values()
        for event in held
    }
    this.rows.track([one for one in events if one.id not in rows])
    return [rows.get(one.id, one) for one in events]


async def _known(events: Sequence[TrackingEvent]) -> dict[str, UUID | None]:
    if not events:
        return {}
    columns, prints = ("fingerprint", "id", "shipment_id"), [one.fingerprint for one in events]
    rows = await read_values(TrackingEvent, columns, "fingerprint AMONG 1", prints)
    return {fingerprint: id_ if owner else None for fingerprint, id_, owner in rows}


async def _taken_back(events: Sequence[TrackingEvent]) -> set[Named]:
    ids = [one.source_event_id for one in events if one.source_event_id is not None]
    if not ids:
        return set()
    sources = {one.source for one in events}
    where = "source AMONG 1 AND retracts AMONG 2"
    rows = await read_values(TrackingEvent, ("source", "retracts"), where, sources, ids)
    return {(source, retracted) for source, retracted in rows}
