"""The statement of an aggregate, and how each row of its result is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from engine.sql.selection import Field, Variables
from resolvers.stats.aggregate_dialects import dialect
from resolvers.stats.arguments import Grouping, Kept, StatsArguments
from resolvers.stats.enums import StatsOrderField
from resolvers.stats.group_statement_builder import GroupStatementBuilder, Read
from resolvers.stats.measures import Comparable, Expression, Measure, Way
from resolvers.stats.rollup_matching import Span
from resolvers.stats.rollup_sql import HourWriting

MAXIMUM_FILLED = 10_000
"""The most groups including filled gaps: more would take longer to fill than to read."""
COUNT = "count"
"""A measure of every cube, by which groups can be ordered."""


@dataclass(frozen=True, slots=True)
class GroupStatement:
    text: str
    values: Sequence[Any]
    keys: Sequence[Read]
    count: Read
    measures: Mapping[Field, Read]
    width: int
    """The number of columns of a row."""
    limit: int
    """The number of requested groups. One more row is read, to see whether there are more."""


def group_statement(
    question: StatsArguments, measured: Sequence[Field], variables: Variables
) -> GroupStatement:
    """Return the statement that reads the base table. `measured` are the selected measures.

    Raises DomainError.
    """
    noun = question.noun
    writing = GroupStatementBuilder(
        dialect(), noun.table, question.whole, noun.children, question.reader
    )
    return _statement(writing, question, measured, variables, lambda measure: measure.way)


def hour_statement(
    question: StatsArguments,
    span: Span,
    measured: Sequence[Field],
    variables: Variables,
    counted: int,
) -> GroupStatement:
    """Return the statement that reads the hourly rollups. Raises DomainError."""
    writing = HourWriting(dialect(), question.noun, span, question.reader, counted)
    return _statement(writing, question, measured, variables, _by_hour)


def _by_hour(measure: Measure) -> Way:
    assert measure.by_hour is not None, "there is a span of hours, so all measures can be added up"
    return measure.by_hour


def _statement(
    writing: GroupStatementBuilder,
    question: StatsArguments,
    measured: Sequence[Field],
    variables: Variables,
    way: Callable[[Measure], Way],
) -> GroupStatement:
    ways = {name: way(question.noun.measures[name]) for name in _needed(question, measured)}
    groups = [_group(writing, one, question.zone) for one in question.groupings]
    keys = [
        _key(writing, grouping, group)
        for grouping, group in zip(question.groupings, groups, strict=True)
    ]
    numbers = {name: cast(Comparable, ways[name]).number for name in (COUNT, *question.having)}
    count = numbers[COUNT](writing)
    counted = writing.column(count)
    measures = {field: ways[field.name].ask(writing, field, variables) for field in measured}
    having = [*writing.demanded(groups), *_having(writing, question, numbers)]
    clauses = [
        _clause("GROUP BY", groups),
        _clause("HAVING", having, " AND "),
        _clause("ORDER BY", list(_order(writing, question, groups, count))),
    ]
    limit = MAXIMUM_FILLED if question.fills_gaps else question.first
    return GroupStatement(
        # What is joined is known by now.
        f"{writing.select()}{''.join(clauses)} LIMIT {limit + 1}",
        writing.values,
        keys,
        counted,
        measures,
        writing.width,
        limit,
    )


def _group(writing: GroupStatementBuilder, grouping: Grouping, zone: str) -> str:
    if isinstance(grouping, Kept):
        return writing.own(grouping.dimension.column)
    column = writing.own(grouping.moment.column)
    return writing.dialect.bucket(column, grouping.unit, writing.value(zone))


def _key(writing: GroupStatementBuilder, grouping: Grouping, group: str) -> Read:
    if isinstance(grouping, Kept):
        return writing.column(group)
    read = writing.column(writing.dialect.bucket_moment(group))
    start = grouping.buckets.start
    return lambda row: None if (moment := read(row)) is None else start(moment)


def _clause(name: str, parts: Sequence[str], between: str = ", ") -> str:
    return f" {name} {between.join(parts)}" if parts else ""


def _needed(question: StatsArguments, measured: Sequence[Field]) -> set[str]:
    return {COUNT, *question.having, *(field.name for field in measured)}


def _having(
    writing: GroupStatementBuilder, question: StatsArguments, numbers: Mapping[str, Expression]
) -> Iterator[str]:
    for name, (least, most) in question.having.items():
        number = numbers[name](writing)
        if least is not None:
            yield f"{number} >= {writing.value(least)}"
        if most is not None:
            yield f"{number} <= {writing.value(most)}"


def _order(
    writing: GroupStatementBuilder, question: StatsArguments, groups: Sequence[str], count: str
) -> Iterator[str]:
    """Yield the terms of ORDER BY: by count, then by key, missing values last.

    There are none where gaps are filled, which happens afterwards and orders the groups.
    """
    if question.fills_gaps or not groups:
        return
    direction = "DESC" if question.order.is_descending else "ASC"
    if question.order.field is StatsOrderField.COUNT:
        yield f"{count} {direction}"
        direction = "ASC"
    for grouping, group in zip(question.groupings, groups, strict=True):
        yield f"{_ordered(writing, grouping, group)} {direction} NULLS LAST"


def _ordered(writing: GroupStatementBuilder, grouping: Grouping, group: str) -> str:
    if not isinstance(grouping, Kept):
        return group
    if grouping.dimension.words is None:
        return writing.dialect.text_order(group)
    words = enumerate(grouping.dimension.words)
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in words)
    return f"CASE {group} {cases} END"
