"""Repeated filters: those that screens ask again and again, for what they are made into lasts."""

from collections.abc import Hashable

FIELDS = frozenset(
    {
        "status",
        "health",
        "delivery_method",
        "country",
        "carrier",
        "exception_type",
        "has_open_exception",
        "service",
        "type",
        "severity",
        "caused_by",
        "action_required",
        "assignee",
        "sku",
    }
)
"""The fields of filters that have few values, which mean the same to everybody at any time."""
MAXIMUM_VALUES = 16
"""Values of a filter: with more of them it is hardly asked again, and would take much memory."""


def repeated_values(given: object) -> Hashable | None:
    """What a filter asks for, as a key; None if it is not likely to be asked again."""
    asked = []
    count = 0
    for name, value in vars(given).items():
        if value is None:
            continue
        if name not in FIELDS:
            return None
        values = tuple(value) if isinstance(value, list) else value
        count += len(values) if isinstance(values, tuple) else 1
        asked.append((name, values))
    return None if count > MAXIMUM_VALUES else tuple(asked)
