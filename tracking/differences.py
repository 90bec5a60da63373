"""Differences: the values of a field before and after an amendment, as the log shows them."""

from datetime import datetime

Difference = dict[str, str | None]
"""The keys `field`, `before` and `after`."""
Differences = list[Difference]


def difference(field: str, before: object, after: object) -> Difference:
    """Return the difference of a field; `field` is its name in the API."""
    return {"field": field, "before": _text(before), "after": _text(after)}


def masked_difference(field: str, before: object, after: object) -> Difference:
    """Return the difference of a personal field without its values: the log is never erased."""
    return difference(field, _masked(before), _masked(after))


def _masked(value: object) -> str | None:
    return None if value is None else "***"


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return None if value is None else str(value)
