"""The statement of an aggregate, and how each row of its result is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.sql.selection import Field, Variables
from resolvers.stats.aggregate_dialects import dialect
from resolvers.stats.arguments import DimensionGrouping, Grouping, StatsArguments
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read
from resolvers.stats.measures import Comparable, Computation, Expression, Measure
from resolvers.stats.rollup_matching import Span
from resolvers.stats.rollup_sql import RollupStatementBuilder

MAXIMUM_FILLED = 10_000
"""The most groups including filled gaps: more would take longer to fill than to read."""
COUNT = "count"
"""The measure of every cube that is 0, and not missing, for a group without rows."""


@dataclass(frozen=True, slots=True)
class GroupStatement:
    text: str
    values: Sequence[Any]
    keys: Sequence[Read]
    order: Read | None
    """Reads the measure that groups with filled gaps are ordered by; None without one."""
    measures: Mapping[Field, Read]
    width: int
    """The number of columns of a row."""
    limit: int
    """The number of requested groups. One more row is read, to see whether there are more."""


def group_statement(
    query: StatsArguments, measured: Sequence[Field], variables: Variables
) -> GroupStatement:
    """Return the statement that reads the base table. `measured` are the selected measures.

    Raises DomainError.
    """
    cube = query.cube
    builder = GroupStatementBuilder(
        dialect(), cube.table, query.condition, cube.children, query.reader
    )
    return _statement(builder, query, measured, variables, lambda measure: measure.computation)


def rollup_statement(
    query: StatsArguments,
    span: Span,
    measured: Sequence[Field],
    variables: Variables,
    position: int,
) -> GroupStatement:
    """Return the statement that reads the hourly rollups. Raises DomainError."""
    builder = RollupStatementBuilder(dialect(), query.cube, span, query.reader, position)
    return _statement(builder, query, measured, variables, _hourly)


def _hourly(measure: Measure) -> Computation:
    assert measure.hourly is not None, "a span is only found if all measures have one"
    return measure.hourly


def _statement(
    builder: GroupStatementBuilder,
    query: StatsArguments,
    measured: Sequence[Field],
    variables: Variables,
    computation: Callable[[Measure], Computation],
) -> GroupStatement:
    computations = {
        name: computation(query.cube.measures[name]) for name in _needed(query, measured)
    }
    groups = [_group(builder, grouping, query.zone) for grouping in query.groupings]
    keys = [
        _key(builder, grouping, group)
        for grouping, group in zip(query.groupings, groups, strict=True)
    ]
    expressions = {
        name: cast(Comparable, computations[name]).expression
        for name in (COUNT, *query.compared_measures)
    }
    # Without groupBy, an aggregate in the statement makes one group of all rows.
    builder.add_column(expressions[COUNT](builder))
    measures = {
        field: computations[field.name].add_to(builder, field, variables) for field in measured
    }
    having = [*builder.required_conditions(groups), *_having(builder, query, expressions)]
    clauses = [
        _clause("GROUP BY", groups),
        _clause("HAVING", having, " AND "),
        _clause("ORDER BY", list(_order(builder, query, groups, expressions))),
    ]
    order = _read_order(builder, query, expressions)
    limit = MAXIMUM_FILLED if query.fills_gaps else query.first
    return GroupStatement(
        # The statement is written last, when all joins are known.
        f"{builder.select()}{''.join(clauses)} LIMIT {limit + 1}",
        builder.values,
        keys,
        order,
        measures,
        builder.width,
        limit,
    )


def _group(builder: GroupStatementBuilder, grouping: Grouping, zone: str) -> str:
    if isinstance(grouping, DimensionGrouping):
        return builder.column(grouping.dimension.column)
    column = builder.column(grouping.moment.column)
    return builder.dialect.bucket(
        column, grouping.unit, builder.value(zone), grouping.week_starts_on
    )


def _key(builder: GroupStatementBuilder, grouping: Grouping, group: str) -> Read:
    if isinstance(grouping, DimensionGrouping):
        return builder.add_column(group)
    read = builder.add_column(builder.dialect.bucket_moment(group))
    start = grouping.buckets.start
    return lambda row: None if (moment := read(row)) is None else start(moment)


def _clause(name: str, parts: Sequence[str], between: str = ", ") -> str:
    return f" {name} {between.join(parts)}" if parts else ""


def _needed(query: StatsArguments, measured: Sequence[Field]) -> set[str]:
    return {COUNT, *query.compared_measures, *(field.name for field in measured)}


def _having(
    builder: GroupStatementBuilder, query: StatsArguments, expressions: Mapping[str, Expression]
) -> Iterator[str]:
    for name, (least, most) in query.having.items():
        expression = expressions[name](builder)
        if least is not None:
            yield f"{expression} >= {builder.value(least)}"
        if most is not None:
            yield f"{expression} <= {builder.value(most)}"


def _order(
    builder: GroupStatementBuilder,
    query: StatsArguments,
    groups: Sequence[str],
    expressions: Mapping[str, Expression],
) -> Iterator[str]:
    """Yield the terms of ORDER BY: by the measure, then by key, missing values last.

    There are none where gaps are filled, which happens afterwards and orders the groups.
    """
    if query.fills_gaps or not groups:
        return
    direction = "DESC" if query.order.is_descending else "ASC"
    if query.ordering_measure is not None:
        yield f"{expressions[query.ordering_measure](builder)} {direction} NULLS LAST"
        direction = "ASC"
    for grouping, group in zip(query.groupings, groups, strict=True):
        yield f"{_ordered(builder, grouping, group)} {direction} NULLS LAST"


def _read_order(
    builder: GroupStatementBuilder, query: StatsArguments, expressions: Mapping[str, Expression]
) -> Read | None:
    """Return what reads the measure that groups are ordered by where gaps are filled."""
    if not query.fills_gaps or query.ordering_measure is None:
        return None
    read = builder.add_column(expressions[query.ordering_measure](builder))
    # A filled gap has no rows: its count is 0, and its other measures have no value.
    return (lambda row: read(row) or 0) if query.ordering_measure == COUNT else read


def _ordered(builder: GroupStatementBuilder, grouping: Grouping, group: str) -> str:
    if not isinstance(grouping, DimensionGrouping):
        return group
    if grouping.dimension.values is None:
        return builder.dialect.text_order(group)
    values = enumerate(grouping.dimension.values)
    cases = " ".join(f"WHEN '{value}' THEN {place}" for place, value in values)
    return f"CASE {group} {cases} END"
