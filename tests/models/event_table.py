"""A reference copy of the event table, written independently of the code that it checks."""

from dataclasses import dataclass

from models.enums import ExceptionType, ShipmentStatus, TrackingEventType

E = TrackingEventType
X = ExceptionType
S = ShipmentStatus

CUSTOMS_PROBLEMS = {X.CUSTOMS_HOLD, X.DOCUMENTS_MISSING, X.PAYMENT_DUE}
ALL = set(ExceptionType)
ALL_BUT_DELIVERY_PROBLEMS = ALL - {X.DAMAGED, X.PARTIAL_DELIVERY, X.WRONG_DELIVERY}
ALL_BUT_DAMAGE = ALL - {X.DAMAGED}


@dataclass(frozen=True)
class Row:
    """The effect of a type of event.

    `opens` names the type, severity and cause of the exception that it opens; an exclamation mark
    means that action is required.
    """

    rank: int
    status: ShipmentStatus | None = None
    opens: str | None = None
    clears: frozenset[ExceptionType] = frozenset()


def row(
    rank: int,
    status: ShipmentStatus | None = None,
    opens: str | None = None,
    clears: set[ExceptionType] | None = None,
) -> Row:
    return Row(rank, status, opens, frozenset(clears or ()))


TABLE: dict[TrackingEventType, Row] = {
    E.LABEL_CREATED: row(0, S.PRE_TRANSIT),
    E.INFO_RECEIVED: row(1, S.PRE_TRANSIT),
    E.PICKUP_SCHEDULED: row(2, S.PRE_TRANSIT),
    E.PICKUP_FAILED: row(3, None, "PICKUP_FAILED MEDIUM CARRIER !"),
    E.PICKED_UP: row(4, S.IN_TRANSIT, None, {X.PICKUP_FAILED}),
    E.ARRIVED_FACILITY: row(5, S.IN_TRANSIT),
    E.IN_TRANSIT: row(5, S.IN_TRANSIT),
    E.DEPARTED_FACILITY: row(6, S.IN_TRANSIT),
    E.MISROUTED: row(6, S.IN_TRANSIT, "MISROUTED LOW CARRIER"),
    E.ARRIVED_DESTINATION_COUNTRY: row(7, S.IN_TRANSIT),
    E.CUSTOMS_STARTED: row(8, S.IN_TRANSIT),
    E.CUSTOMS_CLEARED: row(9, S.IN_TRANSIT, None, CUSTOMS_PROBLEMS),
    E.ARRIVED_DESTINATION_FACILITY: row(10, S.IN_TRANSIT, None, {X.MISROUTED}),
    E.HANDED_TO_PARTNER: row(10, S.IN_TRANSIT, None, {X.MISROUTED}),
    E.REDIRECTED: row(11, S.IN_TRANSIT, None, {X.ADDRESS_PROBLEM}),
    E.DELIVERY_SCHEDULED: row(11),
    E.DELIVERY_RESCHEDULED: row(11),
    E.OUT_FOR_DELIVERY: row(
        12,
        S.OUT_FOR_DELIVERY,
        None,
        CUSTOMS_PROBLEMS | {X.ADDRESS_PROBLEM, X.SECURITY_HOLD, X.ACCESS_RESTRICTED, X.MISROUTED},
    ),
    E.DELIVERY_ATTEMPTED: row(13, S.DELIVERY_ATTEMPTED, "RECIPIENT_UNAVAILABLE MEDIUM RECIPIENT !"),
    E.REFUSED: row(13, S.DELIVERY_ATTEMPTED, "RECIPIENT_REFUSED HIGH RECIPIENT !"),
    E.UNDELIVERABLE: row(13, S.DELIVERY_ATTEMPTED, "ADDRESS_PROBLEM HIGH SHIPPER !"),
    E.AVAILABLE_FOR_PICKUP: row(
        14, S.AVAILABLE_FOR_PICKUP, None, {X.RECIPIENT_UNAVAILABLE, X.ACCESS_RESTRICTED}
    ),
    E.NOT_COLLECTED: row(14, None, "NOT_COLLECTED MEDIUM RECIPIENT !"),
    E.PARTIALLY_DELIVERED: row(15, None, "PARTIAL_DELIVERY HIGH CARRIER !"),
    E.DELIVERED: row(16, S.DELIVERED, None, ALL_BUT_DELIVERY_PROBLEMS),
    E.COLLECTED: row(16, S.DELIVERED, None, ALL_BUT_DELIVERY_PROBLEMS),
    E.PROOF_OF_DELIVERY: row(17, S.DELIVERED, None, ALL_BUT_DELIVERY_PROBLEMS),
    E.LOST: row(15, S.LOST, "LOST CRITICAL CARRIER !"),
    E.DISPOSED: row(20, S.LOST, "LOST CRITICAL CARRIER !"),
    E.RETURN_STARTED: row(
        18,
        S.RETURNING,
        None,
        {X.RECIPIENT_UNAVAILABLE, X.RECIPIENT_REFUSED, X.NOT_COLLECTED, X.ADDRESS_PROBLEM},
    ),
    E.RETURNED: row(19, S.RETURNED, None, ALL_BUT_DAMAGE),
    E.CANCELLED: row(20, S.CANCELLED),
    E.HELD: row(8, None, "OTHER MEDIUM CARRIER !"),
    E.HOLD_RELEASED: row(
        9,
        None,
        None,
        CUSTOMS_PROBLEMS
        | {X.SECURITY_HOLD, X.PROHIBITED_CONTENT, X.IDENTITY_CHECK_FAILED}
        | {X.ACCESS_RESTRICTED, X.OTHER},
    ),
    E.DELAYED: row(5, None, "DELAY LOW CARRIER"),
    E.DAMAGED: row(5, None, "DAMAGED HIGH CARRIER !"),
    E.TRACKING_EXPIRED: row(20, None, "STALE MEDIUM CARRIER !"),
    E.ESTIMATE_UPDATED: row(0),
    E.UNKNOWN: row(0),
}

FIRST_THREE = {E.LABEL_CREATED, E.INFO_RECEIVED, E.PICKUP_SCHEDULED}
SCANS = (
    {type_ for type_, effect in TABLE.items() if effect.status is not None}
    - FIRST_THREE
    - {E.CANCELLED}
)


def cleared_by(type_: TrackingEventType) -> frozenset[ExceptionType]:
    """The types in its row. Every scan but LOST and DISPOSED also clears STALE and LOST."""
    shows_parcel = type_ in SCANS - {E.LOST, E.DISPOSED}
    return TABLE[type_].clears | ({X.STALE, X.LOST} if shows_parcel else set())


def opened_by(type_: TrackingEventType) -> set[ExceptionType]:
    opens = TABLE[type_].opens
    return set() if opens is None else {ExceptionType(opens.split()[0])}
