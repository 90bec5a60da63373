"""Lateness in aggregates: which rows count as on time, and which as late."""

from collections.abc import Callable

from engine.sql.conditions import Condition, literals
from engine.sql.selection import Reader
from models.health import NEVER_LATE
from resolvers.stats.group_statement_builder import GroupStatementBuilder
from resolvers.stats.measures import Expression


def on_time(builder: GroupStatementBuilder) -> str:
    """Return the expression for delivered rows that `models.health.is_late` does not call late."""
    return (
        f"{builder.column('status')} NOT IN {literals(NEVER_LATE)}"
        f" AND {builder.column('delivered_at')} <= {builder.column('late_after')}"
    )


def late(condition: Callable[[Reader], Condition]) -> Expression:
    """Return the expression for late rows, which is the filter's own condition."""
    return lambda builder: builder.condition(condition(builder.reader))
