"""Plans of aggregates: one statement for a root field, of what is asked for and no more."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from models.buckets import moment_of
from models.instants import rfc_3339
from resolvers.plans.plan import Answered
from resolvers.plans.selection import Arguments, Field, Reader, Variables
from resolvers.stats.asking import Bucketed, Question, asked
from resolvers.stats.groups import Group, groups_of
from resolvers.stats.keeping import counted_position
from resolvers.stats.nouns import Noun
from resolvers.stats.reading import read_groups
from resolvers.stats.spans import span_of
from resolvers.stats.statements import Statement, group_statement, hour_statement

REMEMBERED_BUCKETS = 10_000
"""Days of some zones: each stands in many groups, and in every answer of a dashboard."""
Show = Callable[[Group], Any]


class StatsPlan:
    def __init__(self, noun: Noun, field: Field) -> None:
        self._noun, self._field = noun, field
        self._measured = [
            one
            for groups in field.asked("groups")
            for one in groups.fields
            if one.name in noun.measures
        ]

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> Answered:
        """The field's value. Raises Refusal."""
        question = asked(self._noun, arguments, reader)
        statement = await self._statement(question, variables)
        rows = await read_groups(statement.text, statement.values)
        groups, is_truncated = groups_of(question, statement, rows)
        return Answered(orjson.dumps(self._shown(question, statement, groups, is_truncated)))

    async def _statement(self, question: Question, variables: Variables) -> Statement:
        """Of kept-up hours where they give the same answer. Raises Refusal."""
        span = span_of(question, self._measured)
        counted = None if span is None else await counted_position()
        if span is None or counted is None:
            return group_statement(question, self._measured, variables)
        return hour_statement(question, span, self._measured, variables, counted)

    def _shown(
        self, question: Question, statement: Statement, groups: Sequence[Group], is_truncated: bool
    ) -> Mapping[str, Any]:
        shown: dict[str, Any] = {}
        for one in self._field.fields:
            match one.name:
                case "groups":
                    shown[one.key] = _listed(one, question, statement, groups)
                case "truncated":
                    shown[one.key] = is_truncated
                case "asOf":
                    shown[one.key] = rfc_3339(question.reader.now)
                case _:
                    shown[one.key] = one.parent
        return shown


def _listed(
    field: Field, question: Question, statement: Statement, groups: Sequence[Group]
) -> list[Mapping[str, Any]]:
    shows = [(one.key, _show(one, question, statement)) for one in field.fields]
    return [{key: show(group) for key, show in shows} for group in groups]


def _show(field: Field, question: Question, statement: Statement) -> Show:
    if field.name == "__typename":
        return lambda group: field.parent
    if field.name == "key":
        members = [(one.key, _show_key(one, question)) for one in field.fields]
        return lambda group: {key: show(group) for key, show in members}
    read = statement.measures[field]
    return lambda group: read(group.row)


def _show_key(field: Field, question: Question) -> Show:
    if field.name == "__typename":
        return lambda group: field.parent
    for place, grouping in enumerate(question.groupings):
        if grouping.field == field.name:
            return _show_value(place, isinstance(grouping, Bucketed))
    return lambda group: None


def _show_value(place: int, is_bucket: bool) -> Show:
    if not is_bucket:
        return lambda group: group.key[place]

    return lambda group: _said(group.key[place])


@lru_cache(REMEMBERED_BUCKETS)
def _said(start: int | None) -> str | None:
    return None if start is None else rfc_3339(moment_of(start))
