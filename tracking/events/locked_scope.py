"""The locked scope: everything that a batch of events may change, locked and loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from uuid import UUID

from database.rows import read, read_values
from models.event_matching import Assignment, newest_created_in_time
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.events.checked_events import CheckedEvent
from tracking.events.event_limits import KeptCounts, count_kept
from tracking.events.number_assignments import assigned_shipment_ids, loaded_assignments
from tracking.events.number_events import NumberEvents, load_number_events, may_be_rematched
from tracking.events.source_locks import lock_sources
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.shipments.tracking_number_locks import (
    Number,
    check_numbers_are_locked,
    lock_numbers,
    numbers_of_shipments,
    order_ids_of,
    shipments_by_number,
)
from unit_of_work.unit_of_work import UnitOfWork

SourceKey = tuple[str, str]
"""A source, and its own id of an event."""


@dataclass(slots=True)
class LockedScope:
    """Everything that a batch of events may change.

    `shipments_by_number` has the newest shipment first. `ids_by_fingerprint` holds the events that
    were recorded before, with None for unmatched ones. `retracted_keys` are the events that their
    source has retracted, also before they came, and `retraction_targets` the stored events that
    this batch retracts. `rematched` are the numbers whose events this batch may give to another
    shipment, and `kept` counts what waits for numbers that no shipment has. `assignments` are those
    of the events' numbers.
    """

    orders: dict[UUID, LoadedOrder]
    order_by_shipment: dict[UUID, LoadedOrder]
    shipments_by_number: dict[Number, list[Shipment]]
    assignments: dict[Number, Assignment] = field(default_factory=dict)
    rematched: dict[Number, NumberEvents] = field(default_factory=dict)
    kept: KeptCounts = field(default_factory=KeptCounts)
    ids_by_fingerprint: dict[str, UUID | None] = field(default_factory=dict)
    retracted_keys: set[SourceKey] = field(default_factory=set)
    retraction_targets: dict[SourceKey, list[TrackingEvent]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def note_match(self, event: TrackingEvent) -> None:
        """Note which shipment has the event, for those that repeat or retract it."""
        self.ids_by_fingerprint[event.fingerprint] = event.id if event.shipment_id else None
        if event.source_event_id is not None:
            self.retraction_targets[event.source, event.source_event_id].append(event)


async def lock_scope(uow: UnitOfWork, checked: Sequence[CheckedEvent]) -> LockedScope:
    """Lock sources, then numbers, then orders, and load what the events may change."""
    events = [entry.event for entry in checked]
    target_keys = {(event.source, event.retracts) for event in events if event.retracts is not None}
    await _lock_sources_of(uow, events, target_keys)
    targets = await events_with_keys(target_keys)
    shipment_ids = {entry.shipment_id for entry in checked if entry.shipment_id is not None}
    shipment_ids |= {target.shipment_id for target in targets if target.shipment_id is not None}
    named = {entry.number for entry in checked if entry.number is not None}
    shipment_ids |= {*(await assigned_shipment_ids(named)).values()}
    numbers = named | numbers_of_events(targets) | await numbers_of_shipments(shipment_ids)
    await lock_numbers(uow, numbers)
    targets = await events_with_keys(target_keys)
    order_ids = await order_ids_of(numbers, shipment_ids)
    order_ids |= {target.order_id for target in targets if target.order_id is not None}
    orders = await lock_orders(uow, order_ids)
    check_numbers_are_locked(orders.values(), shipment_ids, numbers)
    scope = _new_scope(orders, numbers)
    scope.assignments = await loaded_assignments(named, orders.values(), shipment_ids)
    rematched = _numbers_to_rematch(scope, checked, uow.now)
    scope.rematched = await load_number_events(uow, orders, rematched, scope.assignments)
    scope.kept = await _kept_counts(scope, checked)
    for key, target in _as_loaded(uow, targets, scope):
        scope.retraction_targets[key].append(target)
    scope.ids_by_fingerprint = await _ids_by_fingerprint(events)
    scope.retracted_keys = await _retracted_keys(events)
    return scope


async def _lock_sources_of(
    uow: UnitOfWork, events: Sequence[TrackingEvent], targets: set[SourceKey]
) -> None:
    retracting = {source for source, _ in targets}
    await lock_sources(uow, {event.source: event.source in retracting for event in events})


async def events_with_keys(keys: set[SourceKey]) -> list[TrackingEvent]:
    """Return the stored events that their sources name so."""
    if not keys:
        return []
    sources, ids = {source for source, _ in keys}, {id_ for _, id_ in keys}
    where = "source AMONG 1 AND source_event_id AMONG 2"
    events = await read(TrackingEvent, where, sources, ids)
    return [event for event in events if source_key(event) in keys]


def source_key(event: TrackingEvent) -> SourceKey:
    return event.source, str(event.source_event_id)


def numbers_of_events(events: Iterable[TrackingEvent]) -> set[Number]:
    """Return the numbers by which the events came, without those of events that came by id."""
    return {
        (event.carrier, event.number_key)
        for event in events
        if event.carrier is not None and event.number_key is not None
    }


def _new_scope(orders: dict[UUID, LoadedOrder], numbers: Iterable[Number]) -> LockedScope:
    order_by_shipment = {
        shipment.id: loaded for loaded in orders.values() for shipment in loaded.shipments
    }
    return LockedScope(orders, order_by_shipment, shipments_by_number(orders, numbers))


def _numbers_to_rematch(
    scope: LockedScope, checked: Sequence[CheckedEvent], now: datetime
) -> list[Number]:
    """Return the numbers with a shipment that was finished long ago, or will have been."""
    new_events: dict[UUID, list[TrackingEvent]] = defaultdict(list)
    for entry in checked:
        for shipment in scope.shipments_by_number.get(entry.number, ()) if entry.number else ():
            new_events[shipment.id].append(entry.event)
        if entry.number in scope.assignments:
            new_events[scope.assignments[entry.number].shipment.id].append(entry.event)
        if entry.shipment_id is not None:
            new_events[entry.shipment_id].append(entry.event)
    return [
        number
        for number, shipments in scope.shipments_by_number.items()
        if may_be_rematched(scope.orders, shipments, now, new_events)
    ]


async def _kept_counts(scope: LockedScope, checked: Sequence[CheckedEvent]) -> KeptCounts:
    """Count the kept events of the numbers and sources of which further ones may be kept."""
    may_wait = [
        (entry.number, entry.event)
        for entry in checked
        if entry.number is not None
        and (
            entry.number in scope.rematched
            or newest_created_in_time(scope.shipments_by_number[entry.number], entry.event) is None
        )
    ]
    if not may_wait:
        return KeptCounts()
    return await count_kept(
        {number for number, _ in may_wait}, {event.source for _, event in may_wait}
    )


def _as_loaded(
    uow: UnitOfWork, targets: Sequence[TrackingEvent], scope: LockedScope
) -> Sequence[tuple[SourceKey, TrackingEvent]]:
    """Return each target with its key, as the row of its loaded order if it has one.

    Unmatched events belong to no order, so they are tracked here.
    """
    if not targets:
        return []
    matched = (events for loaded in scope.orders.values() for events in loaded.events.values())
    unmatched = (events.unmatched for events in scope.rematched.values())
    rows = {event.id: event for event in chain.from_iterable(chain(matched, unmatched))}
    uow.rows.track([target for target in targets if target.id not in rows])
    return [(source_key(target), rows.get(target.id, target)) for target in targets]


async def _ids_by_fingerprint(events: Sequence[TrackingEvent]) -> dict[str, UUID | None]:
    if not events:
        return {}
    columns = ("fingerprint", "id", "shipment_id")
    fingerprints = [event.fingerprint for event in events]
    rows = await read_values(TrackingEvent, columns, "fingerprint AMONG 1", fingerprints)
    return {fingerprint: id_ if shipment_id else None for fingerprint, id_, shipment_id in rows}


async def _retracted_keys(events: Sequence[TrackingEvent]) -> set[SourceKey]:
    ids = [event.source_event_id for event in events if event.source_event_id is not None]
    if not ids:
        return set()
    sources = {event.source for event in events}
    where = "source AMONG 1 AND retracts AMONG 2"
    rows = await read_values(TrackingEvent, ("source", "retracts"), where, sources, ids)
    return {(source, retracted) for source, retracted in rows}
