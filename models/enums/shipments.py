"""Enums of shipments."""

from enum import StrEnum


class ShipmentStatus(StrEnum):
    PENDING = "PENDING"
    PACKED = "PACKED"
    PRE_TRANSIT = "PRE_TRANSIT"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERY_ATTEMPTED = "DELIVERY_ATTEMPTED"
    AVAILABLE_FOR_PICKUP = "AVAILABLE_FOR_PICKUP"
    DELIVERED = "DELIVERED"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    LOST = "LOST"
    CANCELLED = "CANCELLED"

    @property
    def is_finished(self) -> bool:
        return self in FINISHED


FINISHED = frozenset(
    {
        ShipmentStatus.DELIVERED,
        ShipmentStatus.RETURNED,
        ShipmentStatus.LOST,
        ShipmentStatus.CANCELLED,
    }
)


class EstimateSource(StrEnum):
    PROMISE = "PROMISE"
    CARRIER = "CARRIER"
    OPERATOR = "OPERATOR"
    PREDICTION = "PREDICTION"
