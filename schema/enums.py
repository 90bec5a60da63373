"""The closed lists, with a description of every value."""

from enum import StrEnum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

from auth import Scope
from errors import ErrorCode
from models import enums
from resolvers.exceptions import ExceptionSort
from resolvers.orders import OrderSort
from resolvers.shipments import ShipmentSort


class SortDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


class RecordOutcome(StrEnum):
    RECORDED = "RECORDED"
    DUPLICATE = "DUPLICATE"
    KEPT = "KEPT"
    INVALID = "INVALID"


def _describe(
    enum: type[StrEnum], description: str, name: str | None = None, **values: str
) -> None:
    """Register an enum of the floors below, which know nothing of GraphQL."""
    strawberry.enum(enum, name=name, description=description)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]


_describe(
    SortDirection,
    "Which end of a list comes first. A missing value comes last in either.",
    ASC="Smallest, oldest first.",
    DESC="Largest, newest first.",
)
_describe(
    enums.Health,
    "How it fares; beside the status, never instead of it.",
    ON_TRACK="Nothing is known to be wrong.",
    DELAYED="Expected later than promised, or overdue.",
    EXCEPTION="Something of medium severity or more is unresolved.",
    STALE="It moved, is not finished, and nothing was heard of it for five days.",
)
_describe(
    enums.OrderStatus,
    "Where an order stands, derived from where its pieces are.",
    PENDING="Placed, and not confirmed yet.",
    CONFIRMED="Accepted; not everything is packed yet.",
    ON_HOLD="Stopped by a person before anything shipped.",
    PACKED="Every piece is packed.",
    PARTIALLY_SHIPPED="Some pieces have left, some have not.",
    SHIPPED="Every piece has left.",
    OUT_FOR_DELIVERY="Every piece is on a vehicle to the recipient.",
    PARTIALLY_DELIVERED="Some pieces are delivered, some are not.",
    DELIVERED="Every piece is delivered.",
    PARTIALLY_RETURNED="Some pieces came back, and nothing is on its way any more.",
    RETURNED="Every piece came back.",
    CANCELLED="No piece is left to deliver.",
)
_describe(
    enums.DeliveryMethod,
    "How the customer wants it.",
    STANDARD="The usual way.",
    EXPRESS="Faster, for more.",
    SAME_DAY="On the day of the order.",
    PICKUP="The customer collects it.",
    FREIGHT="On pallets.",
)
_describe(
    enums.EstimateSource,
    "Who says when it is expected.",
    PROMISE="The shop, to the customer.",
    CARRIER="The carrier.",
    OPERATOR="A person of the shop.",
    PREDICTION="Computed; counts only where nobody says anything.",
)
_describe(
    enums.ShipmentStatus,
    "Where a shipment is, folded from its events and commands.",
    PENDING="Planned.",
    PACKED="Packed.",
    PRE_TRANSIT="Announced to the carrier, or handed over, and not scanned yet.",
    IN_TRANSIT="On its way.",
    OUT_FOR_DELIVERY="On a vehicle to the recipient.",
    DELIVERY_ATTEMPTED="Delivery was tried, and failed.",
    AVAILABLE_FOR_PICKUP="Waits for the recipient to collect it.",
    DELIVERED="With the recipient.",
    RETURNING="On its way back.",
    RETURNED="Back with the shop.",
    LOST="Lost, or disposed of.",
    CANCELLED="Will not be sent; its pieces are free again.",
)
_describe(
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
_describe(
    enums.EventClassifier,
    "Whether it happened. Only what is ACTUAL moves a status.",
    ACTUAL="It happened.",
    ESTIMATED="It is expected.",
    PLANNED="It is planned.",
)
_describe(
    enums.TimePrecision,
    "How exactly the time is known.",
    SECOND="To the second.",
    MINUTE="To the minute.",
    DAY="Only the day is known.",
)
_describe(
    enums.TimeZoneSource,
    "How the time zone became known.",
    OFFSET="The time came with its offset.",
    NAMED="The source named the zone.",
    LOCATION="From the place of the event.",
    ASSUMED_UTC="Nothing said it, so UTC was assumed.",
)
_describe(
    enums.ExceptionType,
    "What kind of trouble.",
    DELAY="It takes longer.",
    WEATHER="Weather holds it up.",
    FORCE_MAJEURE="Strike, war, disaster.",
    MISROUTED="It went the wrong way.",
    DAMAGED="It is damaged.",
    LOST="It cannot be found.",
    STOLEN="It was stolen.",
    ADDRESS_PROBLEM="The address does not work.",
    RECIPIENT_UNAVAILABLE="Nobody was there.",
    RECIPIENT_REFUSED="The recipient did not take it.",
    ACCESS_RESTRICTED="The carrier cannot get to the place.",
    IDENTITY_CHECK_FAILED="The recipient could not prove who they are.",
    PAYMENT_DUE="Something must be paid first.",
    CUSTOMS_HOLD="Customs keeps it.",
    DOCUMENTS_MISSING="Papers are missing.",
    PROHIBITED_CONTENT="Its content may not be carried.",
    SECURITY_HOLD="Held for security.",
    NOT_COLLECTED="Nobody collected it.",
    PICKUP_FAILED="The carrier did not get it.",
    STALE="Nothing is heard of it any more.",
    WRONG_DELIVERY="It was delivered to the wrong place.",
    PARTIAL_DELIVERY="Only some of it was delivered.",
    OUT_OF_STOCK="It cannot be shipped from stock.",
    CANCELLATION="Somebody wants it cancelled.",
    OTHER="None of these; the summary says what.",
)
_describe(
    enums.ExceptionStatus,
    "How far it has been worked off.",
    OPEN="Nobody has looked at it.",
    ACKNOWLEDGED="Somebody has seen it.",
    IN_PROGRESS="Somebody works on it.",
    WAITING="It waits for somebody; waitingOn says for whom.",
    RESOLVED="It is solved.",
    DISMISSED="It was none, or does not matter.",
)
_describe(
    enums.ExceptionSeverity,
    "How bad it is.",
    LOW="Worth knowing.",
    MEDIUM="Needs attention within days.",
    HIGH="Needs attention within a day.",
    CRITICAL="Needs attention within hours.",
)
_describe(
    enums.Party,
    "Somebody who causes trouble, or is waited for.",
    CARRIER="The carrier.",
    SHIPPER="The shop.",
    RECIPIENT="The recipient.",
    CUSTOMS="Customs.",
    NATURE="Nobody: weather, disaster.",
    SYSTEM="This service.",
)
_describe(
    enums.ExceptionResolution,
    "How it was solved.",
    CLEARED="Later news showed that it is over.",
    REDELIVERED="It was delivered after all.",
    ADDRESS_CORRECTED="The address was put right.",
    RESHIPPED="It was sent again.",
    REPLACED="The goods were replaced.",
    REFUNDED="The customer was paid back.",
    RETURNED_TO_STOCK="The goods are back on the shelf.",
    CLAIM_PAID="The carrier paid.",
    WRITTEN_OFF="The loss was taken.",
    NO_ACTION="Nothing had to be done.",
)
_describe(
    enums.ChangeKind,
    "What kind of change.",
    ORDER_CREATED="An order was placed.",
    ORDER_STATUS="An order's status changed.",
    ORDER_AMENDED="Something else of an order changed.",
    SHIPMENT_STATUS="A shipment's status changed, or a shipment was created.",
    SHIPMENT_AMENDED="Something else of a shipment changed.",
    EVENT_RECORDED="A tracking event came in.",
    EVENT_RETRACTED="A tracking event was taken back.",
    ESTIMATE="It is expected at another time.",
    HEALTH="The health of an order or a shipment changed.",
    EXCEPTION_STATUS="An exception opened, or its status changed.",
    EXCEPTION_AMENDED="Something else of an exception changed.",
)
_describe(
    Scope,
    "A right of an API key.",
    ORDERS_READ="Read all orders, without personal data.",
    ORDERS_WRITE="Create and change orders and shipments.",
    PERSONAL_READ="Read personal data too.",
    TRACKING_WRITE="Record and retract tracking events, revise estimates.",
    EXCEPTIONS_WRITE="Open and work off exceptions.",
    ANALYTICS_READ="Ask for aggregates.",
    ADMIN="Everything.",
)
_describe(
    ErrorCode,
    "What kind of refusal it is.",
    INVALID="Something that was given cannot be so.",
    NOT_FOUND="There is no such thing, or none that you may see.",
    CONFLICT="It contradicts what is already there.",
    ILLEGAL_TRANSITION="It cannot move there from where it is.",
    FORBIDDEN="Your scopes do not allow it.",
    LIMIT_EXCEEDED="More than there may be.",
)
_describe(
    RecordOutcome,
    "What became of one event.",
    RECORDED="It is a shipment's now.",
    DUPLICATE="The same news came before; nothing changed.",
    KEPT="No shipment has this number yet; it is applied when one takes it.",
    INVALID="It was refused; userErrors say why.",
)
_describe(
    OrderSort,
    "What orders can be ordered by.",
    name="OrderOrderField",
    PLACED_AT="When it was placed.",
    PROMISED_AT="When it was promised.",
    ESTIMATE="The latest of the current estimate.",
    DELIVERED_AT="When it was delivered.",
    UPDATED_AT="When it last changed.",
    TOTAL="Its total, whatever the currency.",
)
_describe(
    ShipmentSort,
    "What shipments can be ordered by.",
    name="ShipmentOrderField",
    CREATED_AT="When it was created.",
    SHIPPED_AT="When it first moved.",
    DELIVERED_AT="When it was delivered.",
    UPDATED_AT="When it last changed.",
)
_describe(
    ExceptionSort,
    "What exceptions can be ordered by.",
    name="ExceptionOrderField",
    OPENED_AT="When it opened.",
    DUE_AT="When it is due.",
    SEVERITY="How bad it is.",
    UPDATED_AT="When it last changed.",
)
