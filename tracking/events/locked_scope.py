"""The locked scope: everything that a batch of events may change, locked and loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from database.rows import read, read_values
from models.assignments import Assignment, NamedNumber, assignment_of
from models.carrier_families import CarrierFamilies, Number
from models.event_matching import newest_created_in_time
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.events.checked_events import CheckedEvent
from tracking.events.event_limits import KeptCounts, count_kept
from tracking.events.event_moves import EventMove
from tracking.events.number_assignments import (
    assigned_shipment_ids,
    loaded_assignments,
    number_of_family,
)
from tracking.events.number_events import NumberEvents, load_number_events, may_be_rematched
from tracking.events.source_locks import lock_sources
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.shipments.tracking_number_locks import (
    check_numbers_are_locked,
    lock_numbers,
    numbers_of_shipments,
    order_ids_of,
    shipments_by_number,
)
from unit_of_work.unit_of_work import UnitOfWork

SourceKey = tuple[str, str]
"""A source, and its own id of an event."""


class EventAddress(NamedTuple):
    """The shipment of an event: its id if it is known, and the number by which the event came."""

    shipment_id: UUID | None
    number_key: str | None


@dataclass(slots=True)
class LockedScope:
    """Everything that a batch of events may change.

    `shipments_by_number` has the newest shipment first. `ids_by_fingerprint` holds the events that
    were recorded before, none of unmatched news. `retractions` has the addresses of what retracts
    an event of this batch, also before it came, and `retraction_targets` the stored events that
    this batch names to retract them. `rematched` are the numbers whose events this batch may give
    to another shipment, and `kept` counts what waits for numbers that no shipment has.
    `assignments` are those of the numbers of events, and of the shipments that they name.
    """

    orders: dict[UUID, LoadedOrder]
    order_by_shipment: dict[UUID, LoadedOrder]
    shipments_by_number: dict[Number, list[Shipment]]
    assignments: dict[NamedNumber, Assignment] = field(default_factory=dict)
    rematched: dict[Number, NumberEvents] = field(default_factory=dict)
    kept: KeptCounts = field(default_factory=KeptCounts)
    ids_by_fingerprint: dict[str, tuple[UUID, ...]] = field(default_factory=dict)
    retractions: dict[SourceKey, list[EventAddress]] = field(
        default_factory=lambda: defaultdict(list)
    )
    retraction_targets: dict[SourceKey, list[TrackingEvent]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def are_of_one_shipment(self, one: EventAddress, other: EventAddress) -> bool:
        """Return whether both name the same shipment, by its id or by its number.

        Carriers are not compared: a source may spell the carrier of a number in several ways.
        """
        if one.shipment_id is not None and one.shipment_id == other.shipment_id:
            return True
        if one.number_key is None and other.number_key is None:
            return False
        return self._number_at(one) == self._number_at(other)

    def _number_at(self, address: EventAddress) -> str | None:
        if address.number_key is not None or address.shipment_id not in self.order_by_shipment:
            return address.number_key
        loaded = self.order_by_shipment[address.shipment_id]
        return loaded.shipment(address.shipment_id).number_key

    def note_move(self, move: EventMove) -> None:
        """Note which shipments have the news, for events that repeat or retract it."""
        self.ids_by_fingerprint[move.fingerprint] = tuple(event.id for event in move.events)
        for event, _ in move.arriving:
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
    named |= numbers_of_events(uow.families, targets)
    named |= await numbers_of_shipments(uow.families, shipment_ids)
    shipment_ids |= set().union(*(await assigned_shipment_ids(uow.families, named)).values())
    numbers = named | await numbers_of_shipments(uow.families, shipment_ids)
    await lock_numbers(uow, numbers)
    targets = await events_with_keys(target_keys)
    order_ids = await order_ids_of(uow.families, numbers, shipment_ids)
    order_ids |= {target.order_id for target in targets if target.order_id is not None}
    orders = await lock_orders(uow, order_ids)
    check_numbers_are_locked(uow.families, orders.values(), shipment_ids, numbers)
    scope = _new_scope(uow.families, orders, numbers)
    scope.assignments = await loaded_assignments(uow.families, named, orders.values(), shipment_ids)
    rematched = _numbers_to_rematch(uow, scope, checked)
    scope.rematched = await load_number_events(uow, orders, rematched, scope.assignments)
    scope.kept = await _kept_counts(uow.families, scope, checked)
    for key, target in _as_loaded(uow, targets, scope):
        scope.retraction_targets[key].append(target)
    scope.ids_by_fingerprint = await _ids_by_fingerprint(events)
    for key, address in await _retractions(events):
        scope.retractions[key].append(address)
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


def numbers_of_events(families: CarrierFamilies, events: Iterable[TrackingEvent]) -> set[Number]:
    """Return the numbers by which the events came, without those of events that came by id."""
    numbers = {families.number_of(event) for event in events}
    return {number for number in numbers if number is not None}


def _new_scope(
    families: CarrierFamilies, orders: dict[UUID, LoadedOrder], numbers: Iterable[Number]
) -> LockedScope:
    order_by_shipment = {
        shipment.id: loaded for loaded in orders.values() for shipment in loaded.shipments
    }
    return LockedScope(orders, order_by_shipment, shipments_by_number(families, orders, numbers))


def _numbers_to_rematch(
    uow: UnitOfWork, scope: LockedScope, checked: Sequence[CheckedEvent]
) -> list[Number]:
    """Return the numbers of which the events may change the shipments of events, and those that
    people have assigned: what a shipment has given up with its number waits until further news."""
    assigned = {number_of_family(uow.families, named) for named in scope.assignments}
    new_events: dict[UUID, list[TrackingEvent]] = defaultdict(list)
    for entry in checked:
        for shipment in scope.shipments_by_number.get(entry.number, ()) if entry.number else ():
            new_events[shipment.id].append(entry.event)
        if assignment := assignment_of(entry.event, scope.assignments):
            new_events[assignment.shipment.id].append(entry.event)
        if entry.shipment_id is not None:
            new_events[entry.shipment_id].append(entry.event)
    return [
        number
        for number, shipments in scope.shipments_by_number.items()
        if number in assigned or may_be_rematched(scope.orders, shipments, uow.now, new_events)
    ]


async def _kept_counts(
    families: CarrierFamilies, scope: LockedScope, checked: Sequence[CheckedEvent]
) -> KeptCounts:
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
        families, {number for number, _ in may_wait}, {event.source for _, event in may_wait}
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


async def _ids_by_fingerprint(events: Sequence[TrackingEvent]) -> dict[str, tuple[UUID, ...]]:
    if not events:
        return {}
    columns = ("fingerprint", "id", "shipment_id")
    fingerprints = [event.fingerprint for event in events]
    rows = await read_values(TrackingEvent, columns, "fingerprint AMONG 1", fingerprints)
    ids: dict[str, tuple[UUID, ...]] = {}
    for fingerprint, id_, shipment_id in sorted(rows, key=itemgetter(1)):
        ids[fingerprint] = ids.get(fingerprint, ()) + ((id_,) if shipment_id else ())
    return ids


async def _retractions(events: Sequence[TrackingEvent]) -> list[tuple[SourceKey, EventAddress]]:
    """Return the addresses of what retracts one of the events, with the key of that event."""
    ids = [event.source_event_id for event in events if event.source_event_id is not None]
    if not ids:
        return []
    sources = {event.source for event in events}
    columns = ("source", "retracts", "shipment_id", "number_key")
    where = "source AMONG 1 AND retracts AMONG 2"
    rows = await read_values(TrackingEvent, columns, where, sources, ids)
    return [
        ((source, retracted), EventAddress(shipment_id, number_key))
        for source, retracted, shipment_id, number_key in rows
    ]
