"""Limits of filters."""

from strawberry.utils.str_converters import to_camel_case

from database.texts import is_storable
from errors import Invalid, LimitExceeded
from resolvers.filters.columns import TimeRange

MAXIMUM_VALUES = 100
"""The most values of one field of a filter."""
MAXIMUM_BRANCHES = 50
"""The most filters within a filter: above any hand-made query, below what hurts the planner."""
MAXIMUM_DEPTH = 8
"""The greatest depth of a filter within filters: SQLite's parser cannot take a dozen."""
MAXIMUM_SEARCH = 100
"""The most characters of a search: longer than any name, reference or number."""
_NAMES = {"all_of": "and", "any_of": "or", "none_of": "not"}


def demand_bounds(name: str, value: object) -> None:
    """Check the value of a filter's field. Raises LimitExceeded or Invalid."""
    if isinstance(value, TimeRange) and value.is_reversed:
        raise Invalid(
            "The range ends before it begins. Send a from that is not after until.",
            filter_path(name),
        )
    values = value if isinstance(value, list) else [value]
    if len(values) > MAXIMUM_VALUES:
        raise LimitExceeded(
            f"At most {MAXIMUM_VALUES} values of a field can be asked for.", filter_path(name)
        )
    if any(isinstance(member, str) and not is_storable(member) for member in values):
        raise Invalid("Take out the NUL and unpaired surrogate characters.", filter_path(name))


def filter_path(name: str = "") -> tuple[str, ...]:
    """Return the path of a field of the filter under its names in the API."""
    shown = to_camel_case(_NAMES.get(name, name))
    return ("filter", shown) if shown else ("filter",)
