"""Enums of exceptions."""

from enum import StrEnum


class ExceptionType(StrEnum):
    DELAY = "DELAY"
    WEATHER = "WEATHER"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    MISROUTED = "MISROUTED"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    STOLEN = "STOLEN"
    ADDRESS_PROBLEM = "ADDRESS_PROBLEM"
    RECIPIENT_UNAVAILABLE = "RECIPIENT_UNAVAILABLE"
    RECIPIENT_REFUSED = "RECIPIENT_REFUSED"
    ACCESS_RESTRICTED = "ACCESS_RESTRICTED"
    IDENTITY_CHECK_FAILED = "IDENTITY_CHECK_FAILED"
    PAYMENT_DUE = "PAYMENT_DUE"
    CUSTOMS_HOLD = "CUSTOMS_HOLD"
    DOCUMENTS_MISSING = "DOCUMENTS_MISSING"
    PROHIBITED_CONTENT = "PROHIBITED_CONTENT"
    SECURITY_HOLD = "SECURITY_HOLD"
    NOT_COLLECTED = "NOT_COLLECTED"
    PICKUP_FAILED = "PICKUP_FAILED"
    STALE = "STALE"
    WRONG_DELIVERY = "WRONG_DELIVERY"
    PARTIAL_DELIVERY = "PARTIAL_DELIVERY"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    CANCELLATION = "CANCELLATION"
    OTHER = "OTHER"


class ExceptionStatus(StrEnum):
    OPEN = "OPEN"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING = "WAITING"
    RESOLVED = "RESOLVED"
    DISMISSED = "DISMISSED"

    def can_become(self, target: "ExceptionStatus") -> bool:
        return target in EXCEPTION_TRANSITIONS[self]


EXCEPTION_TRANSITIONS: dict[ExceptionStatus, tuple[ExceptionStatus, ...]] = {
    ExceptionStatus.OPEN: (
        ExceptionStatus.ACKNOWLEDGED,
        ExceptionStatus.IN_PROGRESS,
        ExceptionStatus.RESOLVED,
        ExceptionStatus.DISMISSED,
    ),
    ExceptionStatus.ACKNOWLEDGED: (
        ExceptionStatus.IN_PROGRESS,
        ExceptionStatus.WAITING,
        ExceptionStatus.RESOLVED,
        ExceptionStatus.DISMISSED,
    ),
    ExceptionStatus.IN_PROGRESS: (
        ExceptionStatus.WAITING,
        ExceptionStatus.RESOLVED,
        ExceptionStatus.DISMISSED,
    ),
    ExceptionStatus.WAITING: (
        ExceptionStatus.IN_PROGRESS,
        ExceptionStatus.RESOLVED,
        ExceptionStatus.DISMISSED,
    ),
    ExceptionStatus.RESOLVED: (ExceptionStatus.IN_PROGRESS,),
    ExceptionStatus.DISMISSED: (),
}

UNRESOLVED = tuple(
    status
    for status in ExceptionStatus
    if status not in (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED)
)


class ExceptionSeverity(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """Return 0 for LOW to 3 for CRITICAL."""
        return list(ExceptionSeverity).index(self)


class Party(StrEnum):
    CARRIER = "CARRIER"
    SHIPPER = "SHIPPER"
    RECIPIENT = "RECIPIENT"
    CUSTOMS = "CUSTOMS"
    NATURE = "NATURE"
    SYSTEM = "SYSTEM"


class ExceptionResolution(StrEnum):
    CLEARED = "CLEARED"
    REDELIVERED = "REDELIVERED"
    ADDRESS_CORRECTED = "ADDRESS_CORRECTED"
    RESHIPPED = "RESHIPPED"
    REPLACED = "REPLACED"
    REFUNDED = "REFUNDED"
    RETURNED_TO_STOCK = "RETURNED_TO_STOCK"
    CLAIM_PAID = "CLAIM_PAID"
    WRITTEN_OFF = "WRITTEN_OFF"
    NO_ACTION = "NO_ACTION"
