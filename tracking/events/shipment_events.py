"""The events of a shipment: how they are added, retracted, and moved to another shipment."""

from database.columns import new_id
from database.rows import new_row, read, update
from models.enums import EstimateSource
from models.estimates import Estimate
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import LoadedOrder
from tracking.shipments.tracking_number_locks import Number, unmatched_events, was_created_in_time
from unit_of_work.idempotency import digest
from unit_of_work.unit_of_work import UnitOfWork


def store_unmatched_event(uow: UnitOfWork, event: TrackingEvent) -> None:
    """Store an event that waits until a shipment takes its number."""
    uow.rows.add(event)


def add_event(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    recorder: ChangeRecorder,
) -> None:
    """Store a new event of a shipment, with the estimate that it brings."""
    uow.rows.add(event)
    _match_event(uow, loaded, shipment, event, recorder)


def _match_event(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    recorder: ChangeRecorder,
) -> None:
    event.order_id = loaded.order.id
    event.shipment_id = shipment.id
    loaded.events[shipment.id].append(event)
    shipment.updated_at = uow.now
    if event.estimate_latest is not None:
        loaded.estimates[shipment.id].append(uow.rows.add(_estimate_of(event, shipment)))
    recorder.event_recorded(shipment, event)


def _estimate_of(event: TrackingEvent, shipment: Shipment) -> Estimate:
    return new_row(
        Estimate,
        id=new_id(),
        shipment_id=shipment.id,
        event_id=event.id,
        source=EstimateSource.CARRIER,
        earliest_at=event.estimate_earliest,
        latest_at=event.estimate_latest,
        reason=event.estimate_reason,
        moment=event.occurred_at,
        revised_at=event.occurred_at,
        tie_break=event.fingerprint,
        is_retracted=event.retracted_at is not None,
    )


def mark_retracted(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    recorder: ChangeRecorder,
) -> None:
    """Mark an event of a shipment, and the estimate that it brought, as retracted."""
    uow.rows.track([event])
    event.retracted_at = uow.now
    shipment.updated_at = uow.now
    for estimate in loaded.estimates[shipment.id]:
        if estimate.event_id == event.id:
            uow.rows.track([estimate])
            estimate.is_retracted = True
    recorder.event_retracted(shipment, event)


async def add_unmatched_events(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    number: Number,
    recorder: ChangeRecorder,
) -> None:
    """Give a shipment the unmatched events of the number that it takes, under the number's lock.

    Whether events of another number have finished the shipment does not matter here.
    """
    unmatched = await unmatched_events(number)
    events = [event for event in unmatched if was_created_in_time(shipment, event)]
    uow.rows.track(events)
    for event in sorted(events, key=lambda event: (event.moment, event.rank, event.fingerprint)):
        _match_event(uow, loaded, shipment, event, recorder)


async def withdraw_numbered_events(
    uow: UnitOfWork, loaded: LoadedOrder, shipment: Shipment, recorder: ChangeRecorder
) -> None:
    """Retract the events that came by a wrong number, and store unmatched copies of them.

    The copy takes over the fingerprint, so that repeats are still recognised. The retracted event
    gets one that no other event can have, and gets it first, because fingerprints are unique.
    """
    events = [event for event in loaded.events[shipment.id] if event.number_key is not None]
    complete = await read(TrackingEvent, "id AMONG 1", [event.id for event in events])
    uow.rows.track(events)
    complete_by_id = {event.id: event for event in complete}
    for event in events:
        copy = complete_by_id[event.id].clone(pk=new_id())
        copy.order_id = copy.shipment_id = None
        store_unmatched_event(uow, copy)
        event.moved_to_id = copy.id
        event.fingerprint = digest([event.fingerprint, "left behind", event.id])
        event.number_key = event.carrier = None
        if event.retracted_at is None:
            mark_retracted(uow, loaded, shipment, event, recorder)
    await update(events, ("fingerprint",))
