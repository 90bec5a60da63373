"""Scopes: the rights that an API key carries."""

from enum import StrEnum


class Scope(StrEnum):
    """A right of an API key."""

    ORDERS_READ = "ORDERS_READ"
    ORDERS_WRITE = "ORDERS_WRITE"
    PERSONAL_READ = "PERSONAL_READ"
    TRACKING_WRITE = "TRACKING_WRITE"
    EXCEPTIONS_WRITE = "EXCEPTIONS_WRITE"
    ANALYTICS_READ = "ANALYTICS_READ"
    ADMIN = "ADMIN"


READING = (
    Scope.ORDERS_READ,
    Scope.PERSONAL_READ,
    Scope.TRACKING_WRITE,
    Scope.ANALYTICS_READ,
    Scope.ADMIN,
)
"""The scopes that decide what a viewer is shown; the others decide what a viewer may do. Whoever
sends news, with TRACKING_WRITE, sees what no shipment has taken, and ADMIN the API keys."""
