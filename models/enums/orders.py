"""Enums of orders."""

from enum import StrEnum


class OrderStatus(StrEnum):
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    ON_HOLD = "ON_HOLD"
    PACKED = "PACKED"
    PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
    SHIPPED = "SHIPPED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    DELIVERED = "DELIVERED"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"
    CANCELLED = "CANCELLED"


class Health(StrEnum):
    """How an order or a shipment fares. It stands beside the status and never replaces it."""

    ON_TRACK = "ON_TRACK"
    DELAYED = "DELAYED"
    EXCEPTION = "EXCEPTION"
    STALE = "STALE"


class DeliveryMethod(StrEnum):
    STANDARD = "STANDARD"
    EXPRESS = "EXPRESS"
    SAME_DAY = "SAME_DAY"
    PICKUP = "PICKUP"
    FREIGHT = "FREIGHT"
