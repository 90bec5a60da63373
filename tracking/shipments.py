"""What can be done with a shipment: create, pack, dispatch, amend, estimate, cancel."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from errors import IllegalTransition, NotFound
from models.columns import new_id
from models.enums import EstimateSource, ShipmentStatus
from models.estimates import Estimate
from models.node_ids import NodeType, id_of
from models.orders import TEXT_LENGTH
from models.shipments import SERVICE_LENGTH, Shipment
from tracking import checks
from tracking.acts import Act, act
from tracking.drafts import DispatchDraft, EstimateDraft, ShipmentAmendment
from tracking.attaching import attach_kept, detach_by_number
from tracking.loading import LoadedOrder, lock_orders
from tracking.numbers import Number, lock_numbers, refuse_taken_number
from tracking.recording import Differences, Recorder, difference
from tracking.settling import settle


@act
async def pack_shipment(this: Act, id_: str, occurred_at: datetime | None = None) -> UUID:
    happened_at = checks.past(occurred_at, this.now, "occurredAt")
    loaded, shipment = await lock_shipment(this, id_)
    if shipment.floor is ShipmentStatus.PACKED and shipment.status is not ShipmentStatus.CANCELLED:
        return shipment.id
    _demand_workable(loaded, shipment, "packed")
    if shipment.dispatched_at is not None:
        raise IllegalTransition("It was dispatched; packing comes before.", ("id",))
    shipment.packed_at = happened_at
    said = [difference("packedAt", None, happened_at)]
    _settle_or_amend(this, loaded, shipment, said, Recorder(this, loaded.order), happened_at)
    return shipment.id


@act
async def dispatch_shipment(this: Act, id_: str, draft: DispatchDraft) -> UUID:
    """Handed to a carrier, or ready for collection or our own van."""
    happened_at = checks.past(draft.occurred_at, this.now, "input", "occurredAt")
    handover = _checked_handover(draft)
    if handover.number is not None:
        await lock_numbers([handover.number])
    loaded, shipment = await lock_shipment(this, id_)
    handover = handover.over(shipment)
    if shipment.dispatched_at is not None and handover.is_already_in(shipment):
        return shipment.id
    _demand_workable(loaded, shipment, "dispatched")
    has_other_number = number_of(shipment) not in (None, handover.number)
    if shipment.dispatched_at is not None or has_other_number:
        raise IllegalTransition(
            "It has another carrier or number already: shipmentAmend puts them right.", ("id",)
        )
    record = Recorder(this, loaded.order)
    said = await _take_number(this, loaded, shipment, handover, record)
    shipment.dispatched_at = happened_at
    if draft.estimate is not None:
        estimate = checks.estimate(draft.estimate, "input", "estimate")
        _add_estimate(this, loaded, shipment, estimate, happened_at)
    said.append(difference("dispatchedAt", None, happened_at))
    _settle_or_amend(this, loaded, shipment, said, record, happened_at)
    return shipment.id


@act
async def amend_shipment(this: Act, id_: str, amendment: ShipmentAmendment) -> UUID:
    """A wrong carrier or number put right: its events are folded anew."""
    before = await _find(id_)
    handover = _checked_handover(amendment).over(before)
    await lock_numbers([one for one in (handover.number, number_of(before)) if one is not None])
    loaded, shipment = await lock_shipment(this, id_)
    if number_of(shipment) != number_of(before):
        raise IllegalTransition("It was amended in this very moment: try again.", ("id",))
    if handover.is_already_in(shipment):
        return shipment.id
    record = Recorder(this, loaded.order)
    if number_of(shipment) != handover.number and number_of(shipment) is not None:
        await detach_by_number(this, loaded, shipment, record)
    said = await _take_number(this, loaded, shipment, handover, record)
    record.shipment_amended(shipment, said, this.now)
    settle(this, loaded, record, this.now)
    return shipment.id


@act
async def estimate_shipment(this: Act, id_: str, draft: EstimateDraft) -> UUID:
    estimate = checks.estimate(draft, "estimate")
    loaded, shipment = await lock_shipment(this, id_)
    if shipment.status.is_finished:
        raise IllegalTransition(f"It is {shipment.status}: nothing is left to expect.", ("id",))
    if _is_current(shipment, estimate):
        return shipment.id
    _add_estimate(this, loaded, shipment, estimate, this.now)
    settle(this, loaded, Recorder(this, loaded.order, estimate.reason), this.now)
    return shipment.id


@act
async def cancel_shipment(
    this: Act, id_: str, reason: str, occurred_at: datetime | None = None
) -> UUID:
    """Until it moves; its pieces are free again."""
    reason = checks.reason(reason)
    happened_at = checks.past(occurred_at, this.now, "occurredAt")
    loaded, shipment = await lock_shipment(this, id_)
    if shipment.status is ShipmentStatus.CANCELLED:
        return shipment.id
    if shipment.has_moved or shipment.status.is_finished:
        raise IllegalTransition(
            f"It is {shipment.status}: only a shipment that has not moved can be cancelled.",
            ("id",),
        )
    shipment.withdrawn_at = happened_at
    shipment.cancel_reason = reason
    settle(this, loaded, Recorder(this, loaded.order, reason), happened_at)
    return shipment.id


async def _find(id_: str) -> Shipment:
    shipment_id = id_of(NodeType.SHIPMENT, id_)
    found = await Shipment.filter(id=shipment_id) if shipment_id else []
    if not found:
        raise NotFound("No shipment has this id.", ("id",))
    return found[0]


async def lock_shipment(this: Act, id_: str) -> tuple[LoadedOrder, Shipment]:
    """Its order's lock is its lock. Raises NotFound."""
    found = await _find(id_)
    loaded = (await lock_orders(this, [found.order_id]))[found.order_id]
    return loaded, loaded.shipment(found.id)


def _demand_workable(loaded: LoadedOrder, shipment: Shipment, participle: str) -> None:
    if shipment.status.is_finished:
        raise IllegalTransition(f"It is {shipment.status} and cannot be {participle}.", ("id",))
    if loaded.order.hold_reason is not None:
        raise IllegalTransition(
            f"Its order is on hold; release it before it is {participle}.", ("id",)
        )


def _settle_or_amend(
    this: Act,
    loaded: LoadedOrder,
    shipment: Shipment,
    said: Differences,
    record: Recorder,
    happened_at: datetime,
) -> None:
    """A command that a scan has overtaken moves no status; it is still told."""
    previous = shipment.status
    settle(this, loaded, record, happened_at)
    shipment.updated_at = this.now
    if shipment.status is previous:
        record.shipment_amended(shipment, said, happened_at)


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom a shipment goes, and under which number; what is None is not said."""

    carrier: str | None
    given: str | None
    key: str | None
    service: str | None

    def over(self, shipment: Shipment) -> "Handover":
        """With what the shipment says already, where this says nothing."""
        return Handover(
            self.carrier or shipment.carrier,
            self.given or shipment.tracking_number,
            self.key or shipment.number_key,
            self.service or shipment.service,
        )

    @property
    def number(self) -> Number | None:
        return None if self.carrier is None or self.key is None else (self.carrier, self.key)

    def is_already_in(self, shipment: Shipment) -> bool:
        return (self.carrier, self.key, self.service) == (
            shipment.carrier,
            shipment.number_key,
            shipment.service,
        )


def _checked_handover(draft: DispatchDraft | ShipmentAmendment) -> Handover:
    given, key = None, None
    if draft.tracking_number is not None:
        given, key = checks.tracking_number(draft.tracking_number, "input", "trackingNumber")
    carrier = None if draft.carrier is None else checks.carrier(draft.carrier, "input", "carrier")
    service = checks.optional_text(draft.service, SERVICE_LENGTH, "input", "service")
    return Handover(carrier, given, key, service)


def number_of(shipment: Shipment) -> Number | None:
    if shipment.carrier is None or shipment.number_key is None:
        return None
    return shipment.carrier, shipment.number_key


async def _take_number(
    this: Act, loaded: LoadedOrder, shipment: Shipment, handover: Handover, record: Recorder
) -> Differences:
    said = [
        difference(name, before, after)
        for name, before, after in (
            ("carrier", shipment.carrier, handover.carrier),
            ("trackingNumber", shipment.tracking_number, handover.given),
            ("service", shipment.service, handover.service),
        )
        if before != after
    ]
    is_new = handover.number is not None and handover.number != number_of(shipment)
    if handover.number is not None and is_new and not shipment.status.is_finished:
        await refuse_taken_number(shipment, handover.number, "input", "trackingNumber")
    shipment.carrier, shipment.service = handover.carrier, handover.service
    shipment.tracking_number, shipment.number_key = handover.given, handover.key
    if handover.number is not None and is_new:
        await attach_kept(this, loaded, shipment, handover.number, record)
    return said


def _add_estimate(
    this: Act,
    loaded: LoadedOrder,
    shipment: Shipment,
    estimate: EstimateDraft,
    happened_at: datetime,
) -> None:
    id_ = new_id()
    row = Estimate(
        id=id_,
        shipment_id=shipment.id,
        source=EstimateSource.OPERATOR,
        earliest_at=estimate.earliest,
        latest_at=estimate.latest,
        reason=checks.optional_text(estimate.reason, TEXT_LENGTH, "estimate", "reason"),
        moment=happened_at,
        revised_at=happened_at,
        tie_break=id_.hex,
    )
    loaded.estimates[shipment.id].append(this.rows.add(row))


def _is_current(shipment: Shipment, estimate: EstimateDraft) -> bool:
    return (
        shipment.estimate_source is EstimateSource.OPERATOR
        and (shipment.estimate_earliest, shipment.estimate_latest, shipment.estimate_reason)
        == (estimate.earliest, estimate.latest, estimate.reason)
    )
