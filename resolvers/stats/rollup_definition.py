"""The definition of a cube's hourly rollup (models.rollups): what each row adds to which sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resolvers.stats.measures import Expression


@dataclass(frozen=True, slots=True)
class RollupDefinition:
    table: str
    contributions: str
    """The table of what each row of the cube has contributed to the sums."""
    order_column: str
    """The column of the order's id, in the cube's table and in that of the contributions. A change
    of the order may change what its rows contribute."""
    axes: Sequence[str]
    """The columns of times by whose hours rows are summed. The first is never NULL."""
    sums: Mapping[str, Expression]
    """By column, what a row adds to the sum, which is never NULL."""


def amount_sums(name: str, amount: Expression) -> dict[str, Expression]:
    """Return the count and the sum of a whole number that may be NULL."""
    return {
        f"{name}_count": lambda builder: f"CASE WHEN {amount(builder)} IS NULL THEN 0 ELSE 1 END",
        f"{name}_sum": zero_if_null(amount),
    }


def duration_sums(name: str, start: Expression, end: Expression) -> dict[str, Expression]:
    """Return the count and the sum of the milliseconds from start to end, of the rows that have
    both."""
    return amount_sums(
        name, lambda builder: builder.dialect.milliseconds(start(builder), end(builder))
    )


def indicator(condition: Expression) -> Expression:
    """Return 1 for the rows that meet the condition, else 0."""
    return lambda builder: f"CASE WHEN {condition(builder)} THEN 1 ELSE 0 END"


def zero_if_null(expression: Expression) -> Expression:
    return lambda builder: f"COALESCE({expression(builder)}, 0)"
