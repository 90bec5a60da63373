"""What each type of tracking event does to its shipment: the table, once."""

from dataclasses import dataclass
from types import MappingProxyType

from models.enums import ExceptionSeverity as Severity
from models.enums import ExceptionType as Trouble
from models.enums import Party
from models.enums import ShipmentStatus as Status
from models.enums import TrackingEventType as Event


@dataclass(frozen=True, slots=True)
class Opening:
    """The exception that bad news opens; without a `summary`, the news itself is one."""

    type: Trouble
    severity: Severity
    caused_by: Party
    action_required: bool = True
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """`rank` breaks ties between events of the same moment; no `status`: the status stays."""

    rank: int
    status: Status | None = None
    opens: Opening | None = None
    clears: frozenset[Trouble] = frozenset()
    clears_all_but: frozenset[Trouble] | None = None


PICKUP_FAILED = Opening(Trouble.PICKUP_FAILED, Severity.MEDIUM, Party.CARRIER)
MISROUTED = Opening(Trouble.MISROUTED, Severity.LOW, Party.CARRIER, action_required=False)
UNAVAILABLE = Opening(Trouble.RECIPIENT_UNAVAILABLE, Severity.MEDIUM, Party.RECIPIENT)
REFUSED = Opening(Trouble.RECIPIENT_REFUSED, Severity.HIGH, Party.RECIPIENT)
ADDRESS_PROBLEM = Opening(Trouble.ADDRESS_PROBLEM, Severity.HIGH, Party.SHIPPER)
NOT_COLLECTED = Opening(Trouble.NOT_COLLECTED, Severity.MEDIUM, Party.RECIPIENT)
PARTIAL_DELIVERY = Opening(Trouble.PARTIAL_DELIVERY, Severity.HIGH, Party.CARRIER)
WRONG_DELIVERY = Opening(Trouble.WRONG_DELIVERY, Severity.HIGH, Party.CARRIER)
LOST = Opening(Trouble.LOST, Severity.CRITICAL, Party.CARRIER)
DAMAGED = Opening(Trouble.DAMAGED, Severity.HIGH, Party.CARRIER)
STALE = Opening(Trouble.STALE, Severity.MEDIUM, Party.CARRIER)
HELD = Opening(Trouble.OTHER, Severity.MEDIUM, Party.CARRIER)
DELAYED = Opening(Trouble.DELAY, Severity.LOW, Party.CARRIER, action_required=False)
PIECES_GONE = Opening(
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

EFFECTS = MappingProxyType(
    {
        Event.LABEL_CREATED: Effect(0, Status.PRE_TRANSIT),
        Event.INFO_RECEIVED: Effect(1, Status.PRE_TRANSIT),
        Event.PICKUP_SCHEDULED: Effect(2, Status.PRE_TRANSIT),
        Event.PICKUP_FAILED: Effect(3, opens=PICKUP_FAILED),
        Event.PICKED_UP: Effect(4, Status.IN_TRANSIT, clears=frozenset({Trouble.PICKUP_FAILED})),
        Event.ARRIVED_FACILITY: Effect(5, Status.IN_TRANSIT),
        Event.IN_TRANSIT: Effect(5, Status.IN_TRANSIT),
        Event.DEPARTED_FACILITY: Effect(6, Status.IN_TRANSIT),
        Event.MISROUTED: Effect(6, Status.IN_TRANSIT, opens=MISROUTED),
        Event.ARRIVED_DESTINATION_COUNTRY: Effect(7, Status.IN_TRANSIT),
        Event.CUSTOMS_STARTED: Effect(8, Status.IN_TRANSIT),
        Event.CUSTOMS_CLEARED: Effect(9, Status.IN_TRANSIT, clears=PAPERS),
        Event.ARRIVED_DESTINATION_FACILITY: Effect(
            10, Status.IN_TRANSIT, clears=frozenset({Trouble.MISROUTED})
        ),
        Event.HANDED_TO_PARTNER: Effect(
            10, Status.IN_TRANSIT, clears=frozenset({Trouble.MISROUTED})
        ),
        Event.REDIRECTED: Effect(
            11, Status.IN_TRANSIT, clears=frozenset({Trouble.ADDRESS_PROBLEM})
        ),
        Event.DELIVERY_SCHEDULED: Effect(11),
        Event.DELIVERY_RESCHEDULED: Effect(11),
        Event.OUT_FOR_DELIVERY: Effect(
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
        Event.DELIVERY_ATTEMPTED: Effect(13, Status.DELIVERY_ATTEMPTED, opens=UNAVAILABLE),
        Event.REFUSED: Effect(13, Status.DELIVERY_ATTEMPTED, opens=REFUSED),
        Event.UNDELIVERABLE: Effect(13, Status.DELIVERY_ATTEMPTED, opens=ADDRESS_PROBLEM),
        Event.AVAILABLE_FOR_PICKUP: Effect(
            14,
            Status.AVAILABLE_FOR_PICKUP,
            clears=frozenset({Trouble.RECIPIENT_UNAVAILABLE, Trouble.ACCESS_RESTRICTED}),
        ),
        Event.NOT_COLLECTED: Effect(14, opens=NOT_COLLECTED),
        Event.PARTIALLY_DELIVERED: Effect(15, opens=PARTIAL_DELIVERY),
        Event.DELIVERED: Effect(16, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.COLLECTED: Effect(16, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.PROOF_OF_DELIVERY: Effect(17, Status.DELIVERED, clears_all_but=DELIVERY_LEAVES),
        Event.LOST: Effect(15, Status.LOST, opens=LOST),
        Event.DISPOSED: Effect(20, Status.LOST, opens=LOST),
        Event.RETURN_STARTED: Effect(
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
        Event.RETURNED: Effect(19, Status.RETURNED, clears_all_but=RETURN_LEAVES),
        Event.CANCELLED: Effect(20, Status.CANCELLED),
        Event.HELD: Effect(8, opens=HELD),
        Event.HOLD_RELEASED: Effect(9, clears=HOLDS),
        Event.DELAYED: Effect(5, opens=DELAYED),
        Event.DAMAGED: Effect(5, opens=DAMAGED),
        Event.TRACKING_EXPIRED: Effect(20, opens=STALE),
        Event.ESTIMATE_UPDATED: Effect(0),
        Event.UNKNOWN: Effect(0),
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
    event for event, effect in EFFECTS.items() if effect.status and event not in BEFORE_TRANSIT
)
"""Only these move a shipment."""


def opening_of(event: Event, given: Trouble | None) -> Opening | None:
    """What an event opens, with the kind of trouble that it names itself where that is open."""
    opening = EFFECTS[event].opens
    if opening is None or given is None:
        return opening
    if event is Event.HELD:
        return Opening(given, opening.severity, opening.caused_by)
    if event is Event.DELAYED and given in DELAYS_OF_NATURE:
        return Opening(given, opening.severity, Party.NATURE, action_required=False)
    return opening


USUAL_OPENINGS = MappingProxyType(
    {
        opening.type: opening
        for opening in (
            *(effect.opens for effect in EFFECTS.values() if effect.opens is not None),
            *(opening_of(Event.DELAYED, trouble) for trouble in DELAYS_OF_NATURE),
            WRONG_DELIVERY,
        )
        if opening is not None
    }
)


def usual_opening(trouble: Trouble) -> Opening:
    """Severity and cause of an exception that a person opens without saying either."""
    return USUAL_OPENINGS.get(trouble, Opening(trouble, Severity.MEDIUM, Party.SHIPPER))
