"""Enums of aggregates: what can be grouped by, and how groups can be ordered."""

from enum import StrEnum


class OrderDimension(StrEnum):
    STATUS = "STATUS"
    HEALTH = "HEALTH"
    DELIVERY_METHOD = "DELIVERY_METHOD"
    COUNTRY = "COUNTRY"
    CURRENCY = "CURRENCY"


class OrderTimeField(StrEnum):
    PLACED_AT = "PLACED_AT"
    PROMISED_AT = "PROMISED_AT"
    SHIPPED_AT = "SHIPPED_AT"
    DELIVERED_AT = "DELIVERED_AT"


class ShipmentDimension(StrEnum):
    STATUS = "STATUS"
    HEALTH = "HEALTH"
    CARRIER = "CARRIER"
    SERVICE = "SERVICE"
    COUNTRY = "COUNTRY"


class ShipmentTimeField(StrEnum):
    SHIPPED_AT = "SHIPPED_AT"
    DELIVERED_AT = "DELIVERED_AT"


class ExceptionDimension(StrEnum):
    TYPE = "TYPE"
    STATUS = "STATUS"
    SEVERITY = "SEVERITY"
    CAUSED_BY = "CAUSED_BY"
    CARRIER = "CARRIER"
    ASSIGNEE = "ASSIGNEE"


class ExceptionTimeField(StrEnum):
    OPENED_AT = "OPENED_AT"
    RESOLVED_AT = "RESOLVED_AT"


class StatsOrderField(StrEnum):
    KEY = "KEY"
    COUNT = "COUNT"
    ON_TIME_RATE = "ON_TIME_RATE"
    EXCEPTION_RATE = "EXCEPTION_RATE"
    TOTAL_TIME = "TOTAL_TIME"
