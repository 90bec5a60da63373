"""Differences: the values of a field before and after an amendment, as the log shows them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from strawberry.utils.str_converters import to_camel_case

Difference = dict[str, str | None]
"""The keys `field`, `before` and `after`."""
Differences = list[Difference]
MASKED = "***"
"""The text in place of a personal value."""


def difference(field: str, before: object, after: object) -> Difference:
    """Return the difference of a field; `field` is its name in the API."""
    return {"field": field, "before": _text(before), "after": _text(after)}


def column_differences(
    row: object,
    values: Mapping[str, Any],
    *,
    inside: str = "",
    is_personal: Callable[[str], bool],
) -> dict[str, Difference]:
    """Return the differences between a row and its new values, by column, before they are set.

    A field has its column's name in camelCase, after `inside`. Personal values are masked: the log
    is never erased.
    """
    return {
        column: _column_difference(
            inside + to_camel_case(column), getattr(row, column), after, is_personal(column)
        )
        for column, after in values.items()
        if getattr(row, column) != after
    }


def _column_difference(field: str, before: object, after: object, is_personal: bool) -> Difference:
    if is_personal:
        return difference(field, _masked(before), _masked(after))
    return difference(field, before, after)


def _masked(value: object) -> str | None:
    return None if value is None else MASKED


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return None if value is None else str(value)
