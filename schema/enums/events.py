"""Words of tracking events."""

from enum import StrEnum

from models import enums
from schema.enums.describing import describe


class RecordOutcome(StrEnum):
    RECORDED = "RECORDED"
    DUPLICATE = "DUPLICATE"
    KEPT = "KEPT"
    INVALID = "INVALID"


describe(
    enums.TrackingEventType,
    "What happened, in one vocabulary for all carriers.",
    LABEL_CREATED="A label was made.",
    INFO_RECEIVED="The carrier knows of it.",
    PICKUP_SCHEDULED="A pick-up is agreed.",
    PICKUP_FAILED="The carrier came, and did not get it.",
    PICKED_UP="The carrier has it.",
    DEPARTED_FACILITY="It left a facility.",
    ARRIVED_FACILITY="It reached a facility.",
    IN_TRANSIT="It was scanned on its way.",
    ARRIVED_DESTINATION_COUNTRY="It reached the country of its destination.",
    ARRIVED_DESTINATION_FACILITY="It reached the facility that delivers it.",
    CUSTOMS_STARTED="Customs has it.",
    CUSTOMS_CLEARED="Customs let it pass.",
    HANDED_TO_PARTNER="Another carrier delivers it.",
    REDIRECTED="It goes to another place.",
    DELIVERY_SCHEDULED="A delivery time is agreed.",
    DELIVERY_RESCHEDULED="Another delivery time is agreed.",
    ESTIMATE_UPDATED="It is expected at another time.",
    OUT_FOR_DELIVERY="It is on the vehicle to the recipient.",
    DELIVERY_ATTEMPTED="Nobody was there.",
    AVAILABLE_FOR_PICKUP="The recipient can collect it.",
    DELIVERED="It was delivered.",
    COLLECTED="The recipient collected it.",
    PARTIALLY_DELIVERED="Only some of it was delivered.",
    PROOF_OF_DELIVERY="A signature or picture shows its delivery.",
    HELD="It is held; exceptionType says why.",
    HOLD_RELEASED="It is held no longer.",
    DELAYED="It will be late; exceptionType may say why.",
    MISROUTED="It was sent the wrong way.",
    DAMAGED="It is damaged.",
    LOST="It cannot be found.",
    REFUSED="The recipient did not take it.",
    UNDELIVERABLE="It cannot be delivered to this address.",
    NOT_COLLECTED="Nobody came to collect it.",
    RETURN_STARTED="It goes back.",
    RETURNED="It is back.",
    DISPOSED="It was destroyed.",
    CANCELLED="The carrier will not carry it.",
    TRACKING_EXPIRED="The carrier says nothing of it any more.",
    UNKNOWN="Something that has no word here; description and carrierCode say what.",
)
describe(
    enums.EventClassifier,
    "Whether it happened. Only what is ACTUAL moves a status.",
    ACTUAL="It happened.",
    ESTIMATED="It is expected.",
    PLANNED="It is planned.",
)
describe(
    enums.TimePrecision,
    "How exactly the time is known.",
    SECOND="To the second.",
    MINUTE="To the minute.",
    DAY="Only the day is known.",
)
describe(
    enums.TimeZoneSource,
    "How the time zone became known.",
    OFFSET="The time came with its offset.",
    NAMED="The source named the zone.",
    LOCATION="From the place of the event.",
    ASSUMED_UTC="Nothing said it, so UTC was assumed.",
)
describe(
    RecordOutcome,
    "What became of one event.",
    RECORDED="It is a shipment's now.",
    DUPLICATE="The same news came before; nothing changed.",
    KEPT="No shipment has this number yet; it is applied when one takes it.",
    INVALID="It was refused; userErrors say why.",
)
