"""Results of aggregates that change as time passes, even if no data change."""

from collections.abc import Iterator
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from engine.sql.selection import Arguments, Field

BY_CLOCK = frozenset({"lateCount", "onTimeRate"})
"""Measures of orders that change when a deadline passes: an undelivered order becomes late."""


def is_by_clock(field: Field, arguments: Arguments) -> bool:
    """Return whether the result of `orderStats` may change as time passes."""
    selected = {measure.name for groups in field.selected("groups") for measure in groups.fields}
    return bool(BY_CLOCK & (selected | _compared(arguments.get("having")))) or any(
        branch.is_late is not None for branch in _branches(arguments.get("filter"))
    )


def _compared(having: Any) -> set[str]:
    """Return the measures by which groups are selected."""
    selected = {} if having is None else vars(having)
    return {to_camel_case(name) for name, bounds in selected.items() if bounds is not None}


def _branches(filter_: Any) -> Iterator[Any]:
    """Yield a filter and all filters within it. Their depth is checked when the query is run."""
    waiting = [] if filter_ is None else [filter_]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += [*(branch.all_of or ()), *(branch.any_of or ())]
        waiting += [] if branch.none_of is None else [branch.none_of]
