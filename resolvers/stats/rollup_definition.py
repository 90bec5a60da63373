"""What of a cube's rows is kept up by the hour (models.rollups), and how a row is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from resolvers.stats.measures import Expression


@dataclass(frozen=True, slots=True)
class Hours:
    table: str
    counted: str
    order_column: str
    """Of the noun's table and of what is counted: whose changes tell that it may have changed."""
    axes: Sequence[str]
    """Columns of times. Every row has the first."""
    sums: Mapping[str, Expression]
    """By their columns; what a row adds to each, never NULL."""


def amount(name: str, of: Expression) -> dict[str, Expression]:
    """A whole number that not all rows have."""
    return {
        f"{name}_many": lambda writing: f"CASE WHEN {of(writing)} IS NULL THEN 0 ELSE 1 END",
        f"{name}_sum": number(of),
    }


def span(name: str, start: Expression, end: Expression) -> dict[str, Expression]:
    """The milliseconds from one moment to another, of the rows that have both."""
    return amount(name, lambda writing: writing.dialect.milliseconds(start(writing), end(writing)))


def whether(condition: Expression) -> Expression:
    """1 of the rows that it admits."""
    return lambda writing: f"CASE WHEN {condition(writing)} THEN 1 ELSE 0 END"


def number(of: Expression) -> Expression:
    return lambda writing: f"COALESCE({of(writing)}, 0)"
