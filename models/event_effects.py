"""What each type of tracking event does to its shipment: the table, once."""

from dataclasses import dataclass
from types import MappingProxyType

from models.enums import ExceptionSeverity as Severity
from models.enums import ExceptionType as Trouble
from models.enums import Party
from models.enums import ShipmentStatus as Status
from models.enums import TrackingEventType as Event


@dataclass(frozen=True, slots=True)
class ExceptionTemplate:
    """The exception that bad news opens; without a `summary`, the news itself is one."""

    type: Trouble
    severity: Severity
    caused_by: Party
    action_required: bool = True
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class EventEffect:
    """`rank` breaks ties between events of the same moment; no `status`: the status stays."""

    rank: int
    status: Status | None = None
    opens: ExceptionTemplate | None = None
    clears: frozenset[Trouble] = frozenset()
    clears_all_but: frozenset[Trouble] | None = None


PICKUP_FAILED = ExceptionTemplate(Trouble.PICKUP_FAILED, Severity.MEDIUM, Party.CARRIER)
MISROUTED = ExceptionTemplate(Trouble.MISROUTED, Severity.LOW, Party.CARRIER, action_required=False)
UNAVAILABLE = ExceptionTemplate(Trouble.RECIPIENT_UNAVAILABLE, Severity.MEDIUM, Party.RECIPIENT)
REFUSED = ExceptionTemplate(Trouble.RECIPIENT_REFUSED, Severity.HIGH, Party.RECIPIENT)
ADDRESS_PROBLEM = ExceptionTemplate(Trouble.ADDRESS_PROBLEM, Severity.HIGH, Party.SHIPPER)
NOT_COLLECTED = ExceptionTemplate(Trouble.NOT_COLLECTED, Severity.MEDIUM, Party.RECIPIENT)
PARTIAL_DELIVERY = ExceptionTemplate(Trouble.PARTIAL_DELIVERY, Severity.HIGH, Party.CARRIER)
WRONG_DELIVERY = ExceptionTemplate(Trouble.WRONG_DELIVERY, Severity.HIGH, Party.CARRIER)
LOST = ExceptionTemplate(Trouble.LOST, Severity.CRITICAL, Party.CARRIER)
DAMAGED = ExceptionTemplate(Trouble.DAMAGED, Severity.HIGH, Party.CARRIER)
STALE = ExceptionTemplate(Trouble.STALE, Severity.MEDIUM, Party.CARRIER)
HELD = ExceptionTemplate(Trouble.OTHER, Severity.MEDIUM, Party.CARRIER)
DELAYED = ExceptionTemplate(Trouble.DELAY, Severity.LOW, Party.CARRIER, action_required=False)
PIECES_REALLOCATED = ExceptionTemplate(
    Trouble.OTHER,
    Severity.HIGH,
    Party.SHIPPER,
    summary="It was cancelled, and lives again; some of its pieces are in other shipments by now.",
)

DELAYS_OF_NATURE = frozenset({Trouble.WEATHER, Trouble.FORCE_MAJEURE})
PAPERS = frozenset({Trouble.CUSTOMS_HOLD, Trouble.DOCUMENTS_MISSING, Trouble.PAYMENT_DUE})
HOLDS = PAPERS | {
    Trouble.SECURITY_HOLD,
    Trouble.PROHIBITED_CONTENT,
    Trouble.IDENTITY_CHECK_FAILED,
    Trouble.ACCESS_RESTRICTED,
    Trouble.OTHER,
}
DELIVERY_LEAVES = frozenset({Trouble.DAMAGED, Trouble.PARTIAL_DELIVERY, Trouble.WRONG_DELIVERY})
RETURN_LEAVES = frozenset({Trouble.DAMAGED})

EVENT_EFFECTS = MappingProxyType(
    {
        Event.LABEL_CREATED: EventEffect(0, Status.PRE_TRANSIT),
        Event.INFO_RECEIVED: EventEffect(1, Status.PRE_TRANSIT),
        Event.PICKUP_SCHEDULED: EventEffect(2, Status.PRE_TRANSIT),
        Event.PICKUP_FAILED: EventEffect(3, opens=PICKUP_FAILED),
        Event.PICKED_UP: EventEffect(
            4, Status.IN_TRANSIT, clears=frozenset({Trouble.PICKUP_FAILED})
        ),
        Event.ARRIVED_FACILITY: EventEffect(5, Status.IN_TRANSIT),
        Event.IN_TRANSIT: EventEffect(5, Status.IN_TRANSIT),
        Event.DEPARTED_FACILITY: EventEffect(6, Status.IN_TRANSIT),
        Event.MISROUTED: EventEffect(6, Status.IN_TRANSIT, opens=MISROUTED),
        Event.ARRIVED_DESTINATION_COUNTRY: EventEffect(7, Status.IN_TRANSIT),
        Event.CUSTOMS_STARTED: EventEffect(8, Status.IN_TRANSIT),
        Event.CUSTOMS_CLEARED: EventEffect(9, Status.IN_TRANSIT, clears=PAPERS),
        Event.ARRIVED_DESTINATION_FACILITY: EventEffect(
            10, Status.IN_TRANSIT, clears=frozenset({Trouble.MISROUTED})
        ),
        Event.HANDED_TO_PARTNER: EventEffect(
            10, Status.IN_TRANSIT, clears=frozenset({Trouble.MISROUTED})
        ),
        Event.REDIRECTED: EventEffect(
            11, Status.IN_TRANSIT, clears=frozenset({Trouble.ADDRESS_PROBLEM})
        ),
        Event.DELIVERY_SCHEDULED: EventEffect(11),
        Event.DELIVERY_RESCHEDULED: EventEffect(11),
        Event.OUT_FOR_DELIVERY: EventEffect(
            12,
            Status.OUT_FOR_DELIVERY,
            clears=PAPERS
            | {
                Trouble.ADDRESS_PROBLEM,
                Trouble.SECURITY_HOLD,
                Trouble.ACCESS_RESTRICTED,
                Trouble.MISROUTED,
            },
        ),
        Event.DELIVERY_ATTEMPTED: EventEffect(13, Status.DELIVERY_ATTEMPTED, opens=UNAVAILABLE),
        Event.REFUSED: EventEffect(13, Status.DELIVERY_ATTEMPTED, opens=REFUSED),
        Event.UNDELIVERABLE: EventEffect(13, Status.DELIVERY_ATTEMPTED, opens=ADDRESS_PROBLEM),
        Event.AVAILABLE_FOR_PICKUP: EventEffect(
            14,
            Status.AVAILABLE_FOR_PICKUP,
            clears=frozenset({Trouble.RECIPIENT_UNAVAILABLE, Trouble.ACCESS_RESTRICTED}),
        ),
        Event.NOT_COLLECTED: EventEffect(14, opens=NOT_COLLECTED),
        Event.PARTIALLY_DELIVERED: EventEffect(15, opens=PARTIAL_DELIVERY),
        Event.DELIVERED: EventEffect(16, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.COLLECTED: EventEffect(16, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.PROOF_OF_DELIVERY: EventEffect(17, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.LOST: EventEffect(15, Status.LOST, opens=LOST),
        Event.DISPOSED: EventEffect(20, Status.LOST, opens=LOST),
        Event.RETURN_STARTED: EventEffect(
            18,
            Status.RETURNING,
            clears=frozenset(
                {
                    Trouble.RECIPIENT_UNAVAILABLE,
                    Trouble.RECIPIENT_REFUSED,
                    Trouble.NOT_COLLECTED,
                    Trouble.ADDRESS_PROBLEM,
                }
            ),
        ),
        Event.RETURNED: EventEffect(19, Status.RETURNED, clears_all_but=RETURN_LEAVES),
        Event.CANCELLED: EventEffect(20, Status.CANCELLED),
        Event.HELD: EventEffect(8, opens=HELD),
        Event.HOLD_RELEASED: EventEffect(9, clears=HOLDS),
        Event.DELAYED: EventEffect(5, opens=DELAYED),
        Event.DAMAGED: EventEffect(5, opens=DAMAGED),
        Event.TRACKING_EXPIRED: EventEffect(20, opens=STALE),
        Event.ESTIMATE_UPDATED: EventEffect(0),
        Event.UNKNOWN: EventEffect(0),
    }
)

BEFORE_TRANSIT = frozenset({Event.LABEL_CREATED, Event.INFO_RECEIVED, Event.PICKUP_SCHEDULED})
DELIVERIES = frozenset({Event.DELIVERED, Event.COLLECTED, Event.PROOF_OF_DELIVERY})
LOSSES = frozenset({Event.LOST, Event.DISPOSED})
COUNT_AFTER_DELIVERY = DELIVERIES | {
    Event.RETURN_STARTED,
    Event.RETURNED,
    Event.DAMAGED,
    Event.PARTIALLY_DELIVERED,
}
WRONG_AFTER_DELIVERY = frozenset({Event.REDIRECTED, Event.MISROUTED, Event.UNDELIVERABLE})
SCANS = frozenset(
    event
    for event, effect in EVENT_EFFECTS.items()
    if effect.status and event not in BEFORE_TRANSIT
)
"""Only these move a shipment."""


def template_of_event(event: Event, given: Trouble | None) -> ExceptionTemplate | None:
    """What an event opens, with the kind of trouble that it names itself where that is open."""
    opening = EVENT_EFFECTS[event].opens
    if opening is None or given is None:
        return opening
    if event is Event.HELD:
        return ExceptionTemplate(given, opening.severity, opening.caused_by)
    if event is Event.DELAYED and given in DELAYS_OF_NATURE:
        return ExceptionTemplate(given, opening.severity, Party.NATURE, action_required=False)
    return opening


DEFAULT_TEMPLATES = MappingProxyType(
    {
        opening.type: opening
        for opening in (
            *(effect.opens for effect in EVENT_EFFECTS.values() if effect.opens is not None),
            *(template_of_event(Event.DELAYED, trouble) for trouble in DELAYS_OF_NATURE),
            WRONG_DELIVERY,
        )
        if opening is not None
    }
)


def default_template(trouble: Trouble) -> ExceptionTemplate:
    """Severity and cause of an exception that a person opens without saying either."""
    return DEFAULT_TEMPLATES.get(
        trouble, ExceptionTemplate(trouble, Severity.MEDIUM, Party.SHIPPER)
    )
