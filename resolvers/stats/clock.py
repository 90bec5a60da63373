"""The clock: which answers it changes while nothing happens."""

from collections.abc import Iterator
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from engine.sql.selection import Arguments, Field

BY_CLOCK = frozenset({"lateCount", "onTimeRate"})
"""Measures of orders: who is not delivered becomes late when a deadline passes."""


def is_by_clock(field: Field, arguments: Arguments) -> bool:
    """Whether the answer to `orderStats` may be another one later."""
    asked = {one.name for groups in field.selected("groups") for one in groups.fields}
    return bool(BY_CLOCK & (asked | _compared(arguments.get("having")))) or any(
        branch.is_late is not None for branch in _branches(arguments.get("filter"))
    )


def _compared(having: Any) -> set[str]:
    """The measures that groups are chosen by."""
    asked = {} if having is None else vars(having)
    return {to_camel_case(name) for name, one in asked.items() if one is not None}


def _branches(given: Any) -> Iterator[Any]:
    """A filter and all within it; how deep they may lie is looked at when it is asked."""
    waiting = [] if given is None else [given]
    while waiting:
        branch = waiting.pop()
        yield branch
        waiting += [*(branch.all_of or ()), *(branch.any_of or ())]
        waiting += [] if branch.none_of is None else [branch.none_of]
