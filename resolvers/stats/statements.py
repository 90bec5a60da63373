"""The statement of a question over groups, and what is read from each row of its answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from models.database import is_postgres
from resolvers.plans.selection import Field, Variables
from resolvers.stats.asking import Grouping, Kept, Question
from resolvers.stats.dialects import POSTGRES, SQLITE
from resolvers.stats.measures import Comparable, Count
from resolvers.stats.words import StatsOrderField
from resolvers.stats.writing import Read, Writing

MAXIMUM_FILLED = 10_000
"""Groups, with those that fill gaps: more would take longer to fill than to read."""


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    values: Sequence[Any]
    keys: Sequence[Read]
    count: Read
    measures: Mapping[Field, Read]
    width: int
    """How many columns a row has."""
    limit: int
    """How many groups are wanted; one more tells that there are more."""


def group_statement(
    question: Question, measured: Sequence[Field], variables: Variables
) -> Statement:
    """`measured`: those fields of groups that are measures. Raises Refusal."""
    writing = Writing(
        POSTGRES if is_postgres() else SQLITE,
        question.noun.table,
        question.whole,
        question.noun.children,
        question.reader,
    )
    groups = [_group(writing, one, question.zone) for one in question.groupings]
    keys = [
        _key(writing, grouping, group)
        for grouping, group in zip(question.groupings, groups, strict=True)
    ]
    count = Count()
    counted = writing.column(count.number(writing))
    measures = {
        field: question.noun.measures[field.name].way.ask(writing, field, variables)
        for field in measured
    }
    clauses = {
        "GROUP BY": groups,
        "HAVING": list(_having(writing, question)),
        "ORDER BY": list(_order(writing, question, groups, count.number(writing))),
    }
    # What is joined is known by now.
    text = writing.select()
    text += "".join(
        f" {name} {(' AND ' if name == 'HAVING' else ', ').join(parts)}"
        for name, parts in clauses.items()
        if parts
    )
    limit = MAXIMUM_FILLED if question.fills_gaps else question.first
    return Statement(
        f"{text} LIMIT {limit + 1}",
        writing.values,
        keys,
        counted,
        measures,
        writing.width,
        limit,
    )


def _group(writing: Writing, grouping: Grouping, zone: str) -> str:
    if isinstance(grouping, Kept):
        return writing.own(grouping.dimension.column)
    column = writing.own(grouping.moment.column)
    return writing.dialect.bucket(column, grouping.unit, writing.value(zone))


def _key(writing: Writing, grouping: Grouping, group: str) -> Read:
    if isinstance(grouping, Kept):
        return writing.column(group)
    read = writing.column(writing.dialect.bucket_moment(group))
    start = grouping.buckets.start
    return lambda row: None if (moment := read(row)) is None else start(moment)


def _having(writing: Writing, question: Question) -> Iterator[str]:
    for name, (least, most) in question.having.items():
        number = cast(Comparable, question.noun.measures[name].way).number(writing)
        if least is not None:
            yield f"{number} >= {writing.value(least)}"
        if most is not None:
            yield f"{number} <= {writing.value(most)}"


def _order(
    writing: Writing, question: Question, groups: Sequence[str], count: str
) -> Iterator[str]:
    """By count, then by key; what has no value comes last. Gaps are not yet filled: no order."""
    if question.fills_gaps or not groups:
        return
    direction = "DESC" if question.order.is_descending else "ASC"
    if question.order.field is StatsOrderField.COUNT:
        yield f"{count} {direction}"
        direction = "ASC"
    for grouping, group in zip(question.groupings, groups, strict=True):
        yield f"{_ordered(writing, grouping, group)} {direction} NULLS LAST"


def _ordered(writing: Writing, grouping: Grouping, group: str) -> str:
    if not isinstance(grouping, Kept):
        return group
    if grouping.dimension.words is None:
        return writing.dialect.text_order(group)
    words = enumerate(grouping.dimension.words)
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in words)
    return f"CASE {group} {cases} END"
