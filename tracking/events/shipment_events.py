"""The events of a shipment: how they are added, retracted, and moved to another shipment."""

from collections.abc import Sequence

from database.columns import new_id
from database.rows import new_row, read, update
from models.enums import EstimateSource
from models.estimates import Estimate
from models.events import TrackingEvent
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import LoadedOrder
from unit_of_work.idempotency import digest
from unit_of_work.unit_of_work import UnitOfWork


def match_event(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    recorder: ChangeRecorder,
) -> None:
    """Give a shipment an event that belongs to none yet, with the estimate that it brings."""
    uow.rows.track([event])
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
    _mark_all_retracted(uow, loaded, shipment, [event], recorder)


def _mark_all_retracted(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    events: Sequence[TrackingEvent],
    recorder: ChangeRecorder,
) -> None:
    uow.rows.track(events)
    ids = {event.id for event in events}
    for estimate in loaded.estimates[shipment.id]:
        if estimate.event_id in ids:
            uow.rows.track([estimate])
            estimate.is_retracted = True
    for event in events:
        event.retracted_at = uow.now
        recorder.event_retracted(shipment, event)
    shipment.updated_at = uow.now


async def withdraw_events(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    events: Sequence[TrackingEvent],
    recorder: ChangeRecorder,
) -> list[TrackingEvent]:
    """Retract events of a shipment that belong elsewhere, and return new copies without a shipment.

    The copy takes over the fingerprint, so that repeats are still recognised. The retracted event
    gets one that no other event can have, and gets it first, because fingerprints are unique.
    """
    if not events:
        return []
    complete = await read(TrackingEvent, "id AMONG 1", [event.id for event in events])
    # An event that this transaction has recorded is complete, and not stored yet.
    complete_by_id = {event.id: event for event in events} | {row.id: row for row in complete}
    uow.rows.track(events)
    copies = []
    async for event in in_turns(events):
        copy = complete_by_id[event.id].clone(pk=new_id())
        copy.order_id = copy.shipment_id = copy.decision_id = None
        copy.retracted_at = event.retracted_at
        copies.append(uow.rows.add(copy))
        event.moved_to_id = copy.id
        event.fingerprint = digest([event.fingerprint, "left behind", event.id])
        event.number_key = event.carrier = None
    counting = [event for event in events if event.retracted_at is None]
    _mark_all_retracted(uow, loaded, shipment, counting, recorder)
    await update(events, ("fingerprint",))
    return copies
