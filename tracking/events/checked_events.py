"""Checked events: rows made from drafts, with the fingerprint that recognises repeats."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from access.viewer import Viewer
from database.columns import new_id
from database.rows import new_row
from errors import Invalid, NotFound
from models import values
from models.carrier_families import CarrierFamilies, Number
from models.carriers import checked_carrier
from models.customers import IDENTITY_LENGTH, NAME_LENGTH
from models.event_effects import EVENT_EFFECTS
from models.events import TrackingEvent
from models.node_ids import NodeType, parse_id
from models.orders import TEXT_LENGTH
from tracking import validation
from tracking.events.event_times import event_time
from tracking.inputs import EventDraft
from tracking.partners import sees_carrier
from tracking.places import check_location
from unit_of_work.idempotency import digest

FOREIGN_CARRIER = (
    "Whoever is bounded to carriers records events for their numbers only. The query viewer lists"
    " them."
)


@dataclass(frozen=True, slots=True)
class CheckedEvent:
    """An event that can be stored, addressed to a shipment by its id or by its number."""

    event: TrackingEvent
    shipment_id: UUID | None
    number: Number | None


def check_event(
    families: CarrierFamilies, source: str, draft: EventDraft, now: datetime, viewer: Viewer
) -> CheckedEvent:
    """Return the row of a draft. Raises DomainError, with the path of the field in the draft."""
    shipment_id, carrier, number_key = _address(draft)
    if carrier is not None and not sees_carrier(viewer, carrier):
        raise Invalid(FOREIGN_CARRIER, ("carrier",))
    location = check_location(draft.location, "location")
    time = event_time(draft, location, now)
    estimate = None if draft.estimate is None else validation.estimate(draft.estimate, "estimate")
    event = new_row(
        TrackingEvent,
        id=new_id(),
        carrier=carrier,
        number_key=number_key,
        type=draft.type,
        classifier=draft.classifier,
        occurred_at=time.occurred_at,
        moment=time.moment,
        rank=EVENT_EFFECTS[draft.type].rank,
        local_time=time.local_time,
        time_zone_source=time.source,
        precision=time.precision,
        recorded_at=now,
        location=location,
        description=values.optional_text(draft.description, TEXT_LENGTH, "description"),
        signed_by=values.optional_text(draft.signed_by, NAME_LENGTH, "signedBy"),
        source=source,
        source_event_id=values.optional_text(
            draft.source_event_id, IDENTITY_LENGTH, "sourceEventId"
        ),
        retracts=values.optional_text(draft.retracts, IDENTITY_LENGTH, "retracts"),
        carrier_code=values.optional_text(draft.carrier_code, IDENTITY_LENGTH, "carrierCode"),
        exception_type=draft.exception_type,
        estimate_earliest=estimate and estimate.earliest,
        estimate_latest=estimate and estimate.latest,
        estimate_reason=estimate and estimate.reason,
    )
    event.fingerprint = _fingerprint(event, draft, shipment_id, viewer)
    return CheckedEvent(event, shipment_id, families.number(carrier, number_key))


def _address(draft: EventDraft) -> tuple[UUID | None, str | None, str | None]:
    """Return the shipment's id, or the carrier and the number in the form that is compared."""
    if draft.shipment_id is not None:
        if draft.carrier is not None or draft.tracking_number is not None:
            raise Invalid(
                "Send either shipmentId or carrier and trackingNumber, not both.", ("shipmentId",)
            )
        shipment_id = parse_id(NodeType.SHIPMENT, draft.shipment_id)
        if shipment_id is None:
            raise NotFound("No shipment has this id.", ("shipmentId",))
        return shipment_id, None, None
    if draft.carrier is None or draft.tracking_number is None:
        raise Invalid("Send shipmentId, or carrier and trackingNumber.", ("shipmentId",))
    carrier = checked_carrier(draft.carrier, "carrier")
    _, number_key = validation.tracking_number(draft.tracking_number, "trackingNumber")
    return None, carrier, number_key


def _fingerprint(
    event: TrackingEvent, draft: EventDraft, shipment_id: UUID | None, viewer: Viewer
) -> str:
    """Return the digest of the source's own id, else of what happened; free text never counts.

    A partner may name any source. Its events repeat only its own, so that it neither learns of
    another's nor takes the place of one.
    """
    if event.source_event_id is not None and viewer.is_partner:
        return digest([event.source, event.source_event_id, "partner", *viewer.owner])
    if event.source_event_id is not None:
        return digest([event.source, event.source_event_id])
    happened = {
        "source": event.source,
        "shipment": shipment_id or [event.carrier, event.number_key],
        "type": event.type,
        "classifier": event.classifier,
        "carrier_code": event.carrier_code,
        "occurred_at": draft.occurred_at and draft.occurred_at.isoformat(),
        "local_time": draft.local_time,
        "time_zone": draft.time_zone,
        "precision": event.precision,
        "location": event.location,
        "exception_type": event.exception_type,
        "estimate_earliest": event.estimate_earliest,
        "estimate_latest": event.estimate_latest,
    }
    return digest({name: value for name, value in happened.items() if value is not None})
