"""Event effects: what each type of tracking event does to its shipment."""

from dataclasses import dataclass
from types import MappingProxyType

from models import exception_templates as templates
from models.enums import ExceptionSeverity as Severity
from models.enums import ExceptionType, Party
from models.enums import ShipmentStatus as Status
from models.enums import TrackingEventType as Event
from models.exception_templates import ExceptionTemplate


@dataclass(frozen=True, slots=True)
class EventEffect:
    """The effect of one type of event.

    `rank` breaks ties between events of the same moment. Without a `status` the shipment keeps the
    one it has. `opens` is the template of the exception that the event opens; `clears`, or every
    type but `clears_all_but`, are the types of exception that it clears.
    """

    rank: int
    status: Status | None = None
    opens: ExceptionTemplate | None = None
    clears: frozenset[ExceptionType] = frozenset()
    clears_all_but: frozenset[ExceptionType] | None = None


DELAYS_OF_NATURE = frozenset({ExceptionType.WEATHER, ExceptionType.FORCE_MAJEURE})
CUSTOMS_PROBLEMS = frozenset(
    {ExceptionType.CUSTOMS_HOLD, ExceptionType.DOCUMENTS_MISSING, ExceptionType.PAYMENT_DUE}
)
HOLDS = CUSTOMS_PROBLEMS | {
    ExceptionType.SECURITY_HOLD,
    ExceptionType.PROHIBITED_CONTENT,
    ExceptionType.IDENTITY_CHECK_FAILED,
    ExceptionType.ACCESS_RESTRICTED,
    ExceptionType.OTHER,
}
NOT_CLEARED_BY_DELIVERY = frozenset(
    {ExceptionType.DAMAGED, ExceptionType.PARTIAL_DELIVERY, ExceptionType.WRONG_DELIVERY}
)
NOT_CLEARED_BY_RETURN = frozenset({ExceptionType.DAMAGED})

EVENT_EFFECTS = MappingProxyType(
    {
        Event.LABEL_CREATED: EventEffect(0, Status.PRE_TRANSIT),
        Event.INFO_RECEIVED: EventEffect(1, Status.PRE_TRANSIT),
        Event.PICKUP_SCHEDULED: EventEffect(2, Status.PRE_TRANSIT),
        Event.PICKUP_FAILED: EventEffect(3, opens=templates.PICKUP_FAILED),
        Event.PICKED_UP: EventEffect(
            4, Status.IN_TRANSIT, clears=frozenset({ExceptionType.PICKUP_FAILED})
        ),
        Event.ARRIVED_FACILITY: EventEffect(5, Status.IN_TRANSIT),
        Event.IN_TRANSIT: EventEffect(5, Status.IN_TRANSIT),
        Event.DEPARTED_FACILITY: EventEffect(6, Status.IN_TRANSIT),
        Event.MISROUTED: EventEffect(6, Status.IN_TRANSIT, opens=templates.MISROUTED),
        Event.ARRIVED_DESTINATION_COUNTRY: EventEffect(7, Status.IN_TRANSIT),
        Event.CUSTOMS_STARTED: EventEffect(8, Status.IN_TRANSIT),
        Event.CUSTOMS_CLEARED: EventEffect(9, Status.IN_TRANSIT, clears=CUSTOMS_PROBLEMS),
        Event.ARRIVED_DESTINATION_FACILITY: EventEffect(
            10, Status.IN_TRANSIT, clears=frozenset({ExceptionType.MISROUTED})
        ),
        Event.HANDED_TO_PARTNER: EventEffect(
            10, Status.IN_TRANSIT, clears=frozenset({ExceptionType.MISROUTED})
        ),
        Event.REDIRECTED: EventEffect(
            11, Status.IN_TRANSIT, clears=frozenset({ExceptionType.ADDRESS_PROBLEM})
        ),
        Event.DELIVERY_SCHEDULED: EventEffect(11),
        Event.DELIVERY_RESCHEDULED: EventEffect(11),
        Event.OUT_FOR_DELIVERY: EventEffect(
            12,
            Status.OUT_FOR_DELIVERY,
            clears=CUSTOMS_PROBLEMS
            | {
                ExceptionType.ADDRESS_PROBLEM,
                ExceptionType.SECURITY_HOLD,
                ExceptionType.ACCESS_RESTRICTED,
                ExceptionType.MISROUTED,
            },
        ),
        Event.DELIVERY_ATTEMPTED: EventEffect(
            13, Status.DELIVERY_ATTEMPTED, opens=templates.UNAVAILABLE
        ),
        Event.REFUSED: EventEffect(13, Status.DELIVERY_ATTEMPTED, opens=templates.REFUSED),
        Event.UNDELIVERABLE: EventEffect(
            13, Status.DELIVERY_ATTEMPTED, opens=templates.ADDRESS_PROBLEM
        ),
        Event.AVAILABLE_FOR_PICKUP: EventEffect(
            14,
            Status.AVAILABLE_FOR_PICKUP,
            clears=frozenset(
                {ExceptionType.RECIPIENT_UNAVAILABLE, ExceptionType.ACCESS_RESTRICTED}
            ),
        ),
        Event.NOT_COLLECTED: EventEffect(14, opens=templates.NOT_COLLECTED),
        Event.PARTIALLY_DELIVERED: EventEffect(15, opens=templates.PARTIAL_DELIVERY),
        Event.DELIVERED: EventEffect(16, Status.DELIVERED, clears_all_but=NOT_CLEARED_BY_DELIVERY),
        Event.COLLECTED: EventEffect(16, Status.DELIVERED, clears_all_but=NOT_CLEARED_BY_DELIVERY),
        Event.PROOF_OF_DELIVERY: EventEffect(
            17, Status.DELIVERED, clears_all_but=NOT_CLEARED_BY_DELIVERY
        ),
        Event.LOST: EventEffect(15, Status.LOST, opens=templates.LOST),
        Event.DISPOSED: EventEffect(20, Status.LOST, opens=templates.LOST),
        Event.RETURN_STARTED: EventEffect(
            18,
            Status.RETURNING,
            clears=frozenset(
                {
                    ExceptionType.RECIPIENT_UNAVAILABLE,
                    ExceptionType.RECIPIENT_REFUSED,
                    ExceptionType.NOT_COLLECTED,
                    ExceptionType.ADDRESS_PROBLEM,
                }
            ),
        ),
        Event.RETURNED: EventEffect(19, Status.RETURNED, clears_all_but=NOT_CLEARED_BY_RETURN),
        Event.CANCELLED: EventEffect(20, Status.CANCELLED),
        Event.HELD: EventEffect(8, opens=templates.HELD),
        Event.HOLD_RELEASED: EventEffect(9, clears=HOLDS),
        Event.DELAYED: EventEffect(5, opens=templates.DELAYED),
        Event.DAMAGED: EventEffect(5, opens=templates.DAMAGED),
        Event.TRACKING_EXPIRED: EventEffect(20, opens=templates.STALE),
        Event.ESTIMATE_UPDATED: EventEffect(0),
        Event.UNKNOWN: EventEffect(0),
    }
)

BEFORE_TRANSIT = frozenset({Event.LABEL_CREATED, Event.INFO_RECEIVED, Event.PICKUP_SCHEDULED})
DELIVERIES = frozenset({Event.DELIVERED, Event.COLLECTED, Event.PROOF_OF_DELIVERY})
LOSSES = frozenset({Event.LOST, Event.DISPOSED})
EFFECTIVE_AFTER_DELIVERY = DELIVERIES | {
    Event.RETURN_STARTED,
    Event.RETURNED,
    Event.DAMAGED,
    Event.PARTIALLY_DELIVERED,
}
CONTRADICTING_DELIVERY = frozenset({Event.REDIRECTED, Event.MISROUTED, Event.UNDELIVERABLE})
SCANS = frozenset(
    event
    for event, effect in EVENT_EFFECTS.items()
    if effect.status and event not in BEFORE_TRANSIT and event is not Event.CANCELLED
)
"""The types that prove that the carrier has the shipment: only they move it. A carrier also cancels
labels whose parcels it has never seen."""


def template_of_event(event: Event, reported: ExceptionType | None) -> ExceptionTemplate | None:
    """Return the template of the exception that an event of this type opens, None without one.

    HELD and DELAYED do not say why; the type that the event has `reported` says it for them.
    """
    template = EVENT_EFFECTS[event].opens
    if template is None or reported is None:
        return template
    if event is Event.HELD:
        return ExceptionTemplate(reported, template.severity, template.caused_by)
    if event is Event.DELAYED and reported in DELAYS_OF_NATURE:
        return ExceptionTemplate(reported, template.severity, Party.NATURE, action_required=False)
    return template


DEFAULT_TEMPLATES = MappingProxyType(
    {
        template.type: template
        for template in (
            *(effect.opens for effect in EVENT_EFFECTS.values() if effect.opens is not None),
            *(template_of_event(Event.DELAYED, reported) for reported in DELAYS_OF_NATURE),
            templates.WRONG_DELIVERY,
        )
        if template is not None
    }
)


def default_template(type_: ExceptionType) -> ExceptionTemplate:
    """Return the template of an exception that a person opens without severity or cause."""
    return DEFAULT_TEMPLATES.get(type_, ExceptionTemplate(type_, Severity.MEDIUM, Party.SHIPPER))
