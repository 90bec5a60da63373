"""The field policy: which audience may read a field, and which scopes an audience needs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from access.scopes import Scope


class Audience(StrEnum):
    """The group of viewers that may read a field, or look up an object by its id."""

    HOLDER = "anyone who has the tracking id"
    PARTY = "the customer, and staff"
    PERSONAL = "the customer, and staff with access to personal data"
    STAFF = "staff"
    ADMINISTRATORS = "administrators"


NEEDED_SCOPES: Mapping[Audience, frozenset[Scope]] = MappingProxyType(
    {
        Audience.HOLDER: frozenset(),
        Audience.PARTY: frozenset({Scope.ORDERS_READ}),
        Audience.PERSONAL: frozenset({Scope.ORDERS_READ, Scope.PERSONAL_READ}),
        Audience.STAFF: frozenset({Scope.ORDERS_READ}),
        Audience.ADMINISTRATORS: frozenset({Scope.ADMIN}),
    }
)
"""A viewer belongs to an audience if it has all scopes that the audience needs."""

_PARTY, _PERSONAL, _STAFF = Audience.PARTY, Audience.PERSONAL, Audience.STAFF
READABLE: Mapping[str, Mapping[str, Audience]] = MappingProxyType(
    {
        "Order": {
            "reference": _PARTY,
            "total": _PARTY,
            "customer": _PERSONAL,
            "shippingAddress": _PERSONAL,
            "metadata": _STAFF,
            "holdReason": _STAFF,
            "cancelReason": _STAFF,
            "history": _STAFF,
        },
        "OrderItem": {"unitPrice": _PARTY},
        "Location": {
            "name": _PARTY,
            "postalCode": _PARTY,
            "latitude": _PARTY,
            "longitude": _PARTY,
        },
        "DeliveryEstimate": {"reason": _STAFF},
        "Shipment": {"signedBy": _PERSONAL, "isShared": _STAFF},
        "TrackingEvent": {
            "description": _PARTY,
            "signedBy": _PERSONAL,
            "source": _STAFF,
            "carrierCode": _STAFF,
        },
        "OrderException": {
            "summary": _STAFF,
            "assignee": _STAFF,
            "waitingOn": _STAFF,
            "dueAt": _STAFF,
            "reopenedCount": _STAFF,
            "notes": _STAFF,
        },
        "Change": {"actor": _STAFF, "reason": _STAFF, "differences": _STAFF},
    }
)
"""The audience of each restricted field, by GraphQL type and field. Every viewer that has the
tracking id may read the fields that are not listed here.

Two rules stand elsewhere: `nextStatuses` is empty for a viewer that has only the tracking id, and
`Change` stands for every kind of change.
"""

PRICES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Order": frozenset({"total"}),
        "OrderItem": frozenset({"unitPrice"}),
        "OrderStatsGroup": frozenset({"total"}),
    }
)
"""The fields that no partner may read, whatever its scopes are, by GraphQL type and field."""
NO_PRICES = "Whoever is bounded to carriers sees no prices."
"""The message of the error for a partner that asks for one of `PRICES`, or selects or orders by
it."""

FILTERABLE: Mapping[str, Mapping[str, Audience]] = MappingProxyType(
    {
        "OrderFilter": {
            "trackingId": _STAFF,
            "reference": _STAFF,
            "customerEmail": _PERSONAL,
            "sku": _STAFF,
            "search": _STAFF,
        },
        "ShipmentFilter": {"trackingNumber": _STAFF},
        "ExceptionFilter": {"assignee": _STAFF},
    }
)
"""The audience that may select by a field of a filter, wherever the filter is taken: what selects
single orders or names a person would tell of them, though only counts were asked for. Whoever may
use a root field may select by the fields that are not listed here.
"""


def audience_of(type_name: str, field_name: str) -> Audience:
    """Return the audience of a field, both named as in the GraphQL schema."""
    return READABLE.get(type_name, {}).get(field_name, Audience.HOLDER)


def scopes_text(audience: Audience) -> str:
    """Return the scopes that an audience needs, as a text: "ORDERS_READ and PERSONAL_READ"."""
    return " and ".join(sorted(NEEDED_SCOPES[audience]))
