"""Exception templates: what is known of an exception before anybody has looked into it."""

from dataclasses import dataclass

from models.enums import ExceptionSeverity as Severity
from models.enums import ExceptionType, Party


@dataclass(frozen=True, slots=True)
class ExceptionTemplate:
    """The initial values of an exception. Without a `summary`, its first event becomes one."""

    type: ExceptionType
    severity: Severity
    caused_by: Party
    action_required: bool = True
    summary: str | None = None


PICKUP_FAILED = ExceptionTemplate(ExceptionType.PICKUP_FAILED, Severity.MEDIUM, Party.CARRIER)
MISROUTED = ExceptionTemplate(
    ExceptionType.MISROUTED, Severity.LOW, Party.CARRIER, action_required=False
)
UNAVAILABLE = ExceptionTemplate(
    ExceptionType.RECIPIENT_UNAVAILABLE, Severity.MEDIUM, Party.RECIPIENT
)
REFUSED = ExceptionTemplate(ExceptionType.RECIPIENT_REFUSED, Severity.HIGH, Party.RECIPIENT)
ADDRESS_PROBLEM = ExceptionTemplate(ExceptionType.ADDRESS_PROBLEM, Severity.HIGH, Party.SHIPPER)
NOT_COLLECTED = ExceptionTemplate(ExceptionType.NOT_COLLECTED, Severity.MEDIUM, Party.RECIPIENT)
PARTIAL_DELIVERY = ExceptionTemplate(ExceptionType.PARTIAL_DELIVERY, Severity.HIGH, Party.CARRIER)
WRONG_DELIVERY = ExceptionTemplate(ExceptionType.WRONG_DELIVERY, Severity.HIGH, Party.CARRIER)
LOST = ExceptionTemplate(ExceptionType.LOST, Severity.CRITICAL, Party.CARRIER)
DAMAGED = ExceptionTemplate(ExceptionType.DAMAGED, Severity.HIGH, Party.CARRIER)
STALE = ExceptionTemplate(ExceptionType.STALE, Severity.MEDIUM, Party.CARRIER)
HELD = ExceptionTemplate(ExceptionType.OTHER, Severity.MEDIUM, Party.CARRIER)
DELAYED = ExceptionTemplate(ExceptionType.DELAY, Severity.LOW, Party.CARRIER, action_required=False)
PIECES_REALLOCATED = ExceptionTemplate(
    ExceptionType.OTHER,
    Severity.HIGH,
    Party.SHIPPER,
    summary="This shipment was cancelled but has moved again. Some of its pieces are allocated"
    " to other shipments now.",
)
