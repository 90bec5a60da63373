"""Bounds: what no field of any filter may be."""

from strawberry.utils.str_converters import to_camel_case

from database.texts import is_storable
from errors import Invalid, LimitExceeded

MAXIMUM_VALUES = 100
"""Values of one field of a filter."""
MAXIMUM_BRANCHES = 50
"""Filters within a filter: above any hand-made question, below what would hurt the planner."""
MAXIMUM_DEPTH = 8
"""Filters around a filter: SQLite's parser has no room for a dozen of them."""
MAXIMUM_SEARCH = 100
"""Characters: longer than any name, reference or number."""
_NAMES = {"all_of": "and", "any_of": "or", "none_of": "not"}


def demand_bounds(name: str, value: object) -> None:
    """Raises LimitExceeded or Invalid for what no field of any filter may be."""
    values = value if isinstance(value, list) else [value]
    if len(values) > MAXIMUM_VALUES:
        raise LimitExceeded(
            f"At most {MAXIMUM_VALUES} values of a field can be asked for.", filter_path(name)
        )
    if any(isinstance(one, str) and not is_storable(one) for one in values):
        raise Invalid("Take out the NUL and unpaired surrogate characters.", filter_path(name))


def filter_path(name: str = "") -> tuple[str, ...]:
    """Of a field, as callers know it."""
    shown = to_camel_case(_NAMES.get(name, name))
    return ("filter", shown) if shown else ("filter",)
