"""Events and shipments: how news becomes a shipment's, is kept, is taken back, or moves on."""

from database.columns import new_id
from database.rows import new_row, read, update
from models.enums import EstimateSource
from models.estimates import Estimate
from models.events import TrackingEvent
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loading import LoadedOrder
from tracking.shipments.tracking_number_locks import Number, existed_for, kept_events
from unit_of_work.idempotency import digest
from unit_of_work.unit_of_work import UnitOfWork


def keep(this: UnitOfWork, event: TrackingEvent) -> None:
    """Until a shipment takes its number."""
    this.rows.add(event)


def attach(
    this: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    record: ChangeRecorder,
) -> None:
    """New news of a shipment."""
    this.rows.add(event)
    _belong(this, loaded, shipment, event, record)


def _belong(
    this: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    record: ChangeRecorder,
) -> None:
    event.order_id = loaded.order.id
    event.shipment_id = shipment.id
    loaded.events[shipment.id].append(event)
    shipment.updated_at = this.now
    if event.estimate_latest is not None:
        loaded.estimates[shipment.id].append(this.rows.add(_estimate(event, shipment)))
    record.event_recorded(shipment, event)


def _estimate(event: TrackingEvent, shipment: Shipment) -> Estimate:
    return new_row(
        Estimate,
        id=new_id(),
        shipment_id=shipment.id,
        event_id=event.id,
        source=EstimateSource.CARRIER,
        earliest_at=event.estimate_earliest,
        latest_at=event.estimate_latest,
        reason=event.estimate_reason,
        moment=event.moment,
        revised_at=event.occurred_at,
        tie_break=event.fingerprint,
        is_retracted=event.retracted_at is not None,
    )


def retract(
    this: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    event: TrackingEvent,
    record: ChangeRecorder,
) -> None:
    this.rows.track([event])
    event.retracted_at = this.now
    shipment.updated_at = this.now
    for estimate in loaded.estimates[shipment.id]:
        if estimate.event_id == event.id:
            this.rows.track([estimate])
            estimate.is_retracted = True
    record.event_retracted(shipment, event)


async def attach_kept(
    this: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    number: Number,
    record: ChangeRecorder,
) -> None:
    """Apply the news that was kept for a number, under its lock, to the shipment that takes it.

    What it has by another number may have finished it: that says nothing against this news.
    """
    kept = [one for one in await kept_events(number) if existed_for(one, shipment)]
    this.rows.track(kept)
    for event in sorted(kept, key=lambda one: (one.moment, one.rank, one.fingerprint)):
        _belong(this, loaded, shipment, event, record)


async def detach_by_number(
    this: UnitOfWork, loaded: LoadedOrder, shipment: Shipment, record: ChangeRecorder
) -> None:
    """News that came by a wrong number: retracted here, and kept again for that number.

    What is kept again has the fingerprint, so that repeats are still told; what stays behind
    gets one that no news can have, and gets it first, for fingerprints are unique.
    """
    leaving = [one for one in loaded.events[shipment.id] if one.number_key is not None]
    whole = await read(TrackingEvent, "id AMONG 1", [one.id for one in leaving])
    this.rows.track(leaving)
    leaving_as = {one.id: one for one in whole}
    for event in leaving:
        kept = leaving_as[event.id].clone(pk=new_id())
        kept.order_id = kept.shipment_id = None
        keep(this, kept)
        event.moved_to_id = kept.id
        event.fingerprint = digest([event.fingerprint, "left behind", event.id])
        event.number_key = event.carrier = None
        if event.retracted_at is None:
            retract(this, loaded, shipment, event, record)
    await update(leaving, ("fingerprint",))
