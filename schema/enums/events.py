"""Enums of tracking events."""

from enum import StrEnum

from models import enums
from schema.enums.registration import describe


class RecordOutcome(StrEnum):
    RECORDED = "RECORDED"
    DUPLICATE = "DUPLICATE"
    KEPT = "KEPT"
    INVALID = "INVALID"


describe(
    enums.TrackingEventType,
    ("The type of a tracking event. All carriers' codes map to this one vocabulary."),
    LABEL_CREATED="A shipping label was created.",
    INFO_RECEIVED="The carrier received the shipment's data.",
    PICKUP_SCHEDULED="A pickup by the carrier was scheduled.",
    PICKUP_FAILED="The carrier came to pick the parcel up and did not get it.",
    PICKED_UP="The carrier picked the parcel up.",
    DEPARTED_FACILITY="The parcel left a facility of the carrier.",
    ARRIVED_FACILITY="The parcel arrived at a facility of the carrier.",
    IN_TRANSIT="The parcel was scanned on its way.",
    ARRIVED_DESTINATION_COUNTRY="The parcel arrived in the country of its destination.",
    ARRIVED_DESTINATION_FACILITY="The parcel arrived at the facility that will deliver it.",
    CUSTOMS_STARTED="Customs clearance began.",
    CUSTOMS_CLEARED="Customs released the parcel.",
    HANDED_TO_PARTNER="The parcel was handed to another carrier that will deliver it.",
    REDIRECTED="The parcel was redirected to another place.",
    DELIVERY_SCHEDULED="A delivery time was agreed.",
    DELIVERY_RESCHEDULED="A different delivery time was agreed.",
    ESTIMATE_UPDATED="The carrier revised the expected delivery time.",
    OUT_FOR_DELIVERY="The parcel is on the vehicle that takes it to the recipient.",
    DELIVERY_ATTEMPTED="The carrier tried to deliver the parcel and met nobody.",
    AVAILABLE_FOR_PICKUP="The recipient can collect the parcel.",
    DELIVERED="The parcel was delivered.",
    COLLECTED="The recipient collected the parcel.",
    PARTIALLY_DELIVERED="Only a part of the shipment was delivered.",
    PROOF_OF_DELIVERY="A signature or a picture proves the delivery.",
    HELD="The parcel is held; exceptionType says why.",
    HOLD_RELEASED="The parcel is no longer held.",
    DELAYED="The parcel will be late; exceptionType may say why.",
    MISROUTED="The parcel was sent the wrong way.",
    DAMAGED="The parcel is damaged.",
    LOST="The carrier cannot find the parcel.",
    REFUSED="The recipient refused the parcel.",
    UNDELIVERABLE="The parcel cannot be delivered to this address.",
    NOT_COLLECTED="The recipient did not collect the parcel in time.",
    RETURN_STARTED="The parcel is on its way back to the shop.",
    RETURNED="The parcel is back at the shop.",
    DISPOSED="The parcel was destroyed.",
    CANCELLED="The carrier cancelled the transport.",
    TRACKING_EXPIRED="The carrier no longer reports about the parcel.",
    UNKNOWN=("The event has no type in this list; description and carrierCode say what happened."),
)
describe(
    enums.EventClassifier,
    "Whether an event has happened. Only ACTUAL events move a status.",
    ACTUAL="The event has happened.",
    ESTIMATED="The event is expected to happen.",
    PLANNED="The event is planned.",
)
describe(
    enums.TimePrecision,
    "How exactly the time of an event is known.",
    SECOND="The time is known to the second.",
    MINUTE="The time is known to the minute.",
    DAY="Only the day is known.",
)
describe(
    enums.TimeZoneSource,
    "How the time zone of an event became known.",
    OFFSET="The reported time had an offset from UTC.",
    NAMED="The source named the time zone.",
    LOCATION="The time zone was derived from the location of the event.",
    ASSUMED_UTC="No time zone was reported, so UTC was assumed. A local time that UTC has not"
    " reached yet counts as of the event's receipt, or of that of an event with a later local"
    " time.",
)
describe(
    RecordOutcome,
    "The outcome of recording one tracking event.",
    RECORDED="The event was added to its shipment.",
    DUPLICATE="The same event was recorded before; nothing changed.",
    KEPT=(
        "No shipment with this tracking number can have the event yet. It is stored and"
        " applied as soon as one can."
    ),
    INVALID="The event was rejected, as wrong or by a limit; userErrors says why.",
)
