"""Enums: every closed list of values, defined once."""

from models.enums.changes import ChangeKind
from models.enums.events import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.enums.exceptions import (
    EXCEPTION_TRANSITIONS,
    UNRESOLVED,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Party,
)
from models.enums.orders import DeliveryMethod, Health, OrderStatus
from models.enums.shipments import FINISHED, EstimateSource, ShipmentStatus

__all__ = [
    "EXCEPTION_TRANSITIONS",
    "FINISHED",
    "UNRESOLVED",
    "ChangeKind",
    "DeliveryMethod",
    "EstimateSource",
    "EventClassifier",
    "ExceptionResolution",
    "ExceptionSeverity",
    "ExceptionStatus",
    "ExceptionType",
    "Health",
    "OrderStatus",
    "Party",
    "ShipmentStatus",
    "TimePrecision",
    "TimeZoneSource",
    "TrackingEventType",
]
