"""Lateness of groups: which of a table's rows count as on time, and which as late."""

from collections.abc import Callable

from models.health import NEVER_LATE
from resolvers.conditions import Condition, literals
from resolvers.plans.selection import Reader
from resolvers.stats.measures import Expression
from resolvers.stats.writing import Writing


def on_time(writing: Writing) -> str:
    """The complement, among what is delivered, of models.health.is_late."""
    return (
        f"{writing.own('status')} NOT IN {literals(NEVER_LATE)}"
        f" AND {writing.own('delivered_at')} <= {writing.own('late_after')}"
    )


def late(condition: Callable[[Reader], Condition]) -> Expression:
    """By the filter's own condition."""
    return lambda writing: writing.condition(condition(writing.reader))
