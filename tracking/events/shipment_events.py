"""The events of a shipment: how they are added, retracted, and moved to another shipment."""

from collections.abc import Sequence
from uuid import UUID

from database.columns import new_id
from database.rows import new_row, update
from models.enums import EstimateSource
from models.estimates import Estimate
from models.events import TrackingEvent
from models.local_order import bounded_times, local_time_of
from models.shipments import Shipment
from runtime.turns import in_turns
from tracking.change_recorder import ChangeRecorder
from tracking.events.erased_events import erase_event
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
    """Give a shipment an event that belongs to none yet, with the estimate that it brings.

    An erased order takes no personal data.
    """
    uow.rows.track([event])
    event.order_id = loaded.order.id
    event.shipment_id = shipment.id
    if loaded.order.erased_at is not None:
        erase_event(event)
    loaded.events[shipment.id].append(event)
    _keep_local_order(uow, loaded, shipment, event)
    shipment.updated_at = uow.now
    if event.estimate_latest is not None:
        loaded.estimates[shipment.id].append(uow.rows.add(_estimate_of(event, shipment)))
    recorder.event_recorded(shipment, event)


def _keep_local_order(
    uow: UnitOfWork, loaded: LoadedOrder, shipment: Shipment, event: TrackingEvent
) -> None:
    """Keep the events of unknown time zones in the order of their local times."""
    if local_time_of(event) is None:
        return
    for earlier, occurred_at, moment in bounded_times(loaded.events[shipment.id]):
        uow.rows.track([earlier])
        earlier.occurred_at, earlier.moment = occurred_at, moment
        for estimate in loaded.estimates[shipment.id]:
            if estimate.event_id == earlier.id:
                uow.rows.track([estimate])
                estimate.moment, estimate.revised_at = moment, occurred_at


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
        moment=min(event.occurred_at, event.moment),
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
    leaving: Sequence[tuple[TrackingEvent, UUID]],
    recorder: ChangeRecorder,
) -> None:
    """Retract events of a shipment that belong elsewhere; each comes with the id of the event that
    takes its place.

    That one has the fingerprint, so that repeats are still recognised. The retracted event gets one
    that no other event can have, and gets it first, because fingerprints are unique.
    """
    events = [event for event, _ in leaving]
    uow.rows.track(events)
    async for event, destination in in_turns(leaving):
        event.moved_to_id = destination
        event.fingerprint = digest([event.fingerprint, "left behind", event.id])
        event.number_key = event.carrier = None
    counting = [event for event in events if event.retracted_at is None]
    _mark_all_retracted(uow, loaded, shipment, counting, recorder)
    await update(events, ("fingerprint",))
