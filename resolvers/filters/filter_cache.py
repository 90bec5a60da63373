"""The cache keys of filters that screens send again and again."""

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
        "has_shipment",
        "has_pieces_to_ship",
        "service",
        "type",
        "severity",
        "caused_by",
        "action_required",
        "assignee",
        "is_assigned",
        "sku",
    }
)
"""The fields of filters with few values, which mean the same to every viewer at any time."""
MAXIMUM_VALUES = 16
"""The most values of a cached filter: one with more is rarely repeated and takes much memory."""


def filter_cache_key(filter_: object) -> Hashable | None:
    """Return the cache key of a filter; None if it is not likely to be repeated."""
    key = []
    count = 0
    for name, value in vars(filter_).items():
        if value is None:
            continue
        if name not in FIELDS:
            return None
        values = tuple(value) if isinstance(value, list) else value
        count += len(values) if isinstance(values, tuple) else 1
        key.append((name, values))
    return None if count > MAXIMUM_VALUES else tuple(key)
