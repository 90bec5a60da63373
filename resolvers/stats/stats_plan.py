"""Plans of aggregates: one statement for a root field, which computes only what is selected."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from access.policy import NO_PRICES
from database.time_buckets import moment_of
from database.timestamps import rfc_3339
from engine.sql.conditions import EVERYTHING
from engine.sql.plan import FieldResult
from engine.sql.selection import Arguments, Field, Reader, Variables
from errors import Forbidden
from resolvers.stats.arguments import BucketGrouping, StatsArguments, stats_arguments
from resolvers.stats.cubes import Cube
from resolvers.stats.group_statement import GroupStatement, group_statement, rollup_statement
from resolvers.stats.groups import Group, build_groups
from resolvers.stats.rollup_matching import match_rollup
from resolvers.stats.rollup_sql import rollup_position
from resolvers.stats.stats_connection import read_groups
from resolvers.visibility import visible
from runtime.client_turns import ClientTurns

REMEMBERED_BUCKETS = 10_000
"""The most bucket starts whose text is cached: each is in many groups and recurs in dashboards."""
AGGREGATES_AT_ONCE = 1
"""The aggregates of one key that are read at once: there are two connections for all."""
MAXIMUM_WAITING_AGGREGATES = 20
"""The aggregates of one key that wait: more than a dashboard shows."""
Show = Callable[[Group], Any]

_turns = ClientTurns(
    AGGREGATES_AT_ONCE,
    MAXIMUM_WAITING_AGGREGATES,
    f"{MAXIMUM_WAITING_AGGREGATES} aggregates of this API key wait already. Ask again when"
    " they have been answered.",
)


class StatsPlan:
    def __init__(self, cube: Cube, field: Field) -> None:
        self._cube, self._field = cube, field
        self._measured = [
            measure
            for groups in field.selected("groups")
            for measure in groups.fields
            if measure.name in cube.measures
        ]

    async def read(self, arguments: Arguments, variables: Variables, reader: Reader) -> FieldResult:
        """Return the field's value. Raises DomainError."""
        if any(measure.refusal is not None for measure in self._measured):
            raise Forbidden(NO_PRICES)
        query = stats_arguments(self._cube, arguments, reader)
        statement = await self._statement(query, variables)
        rows = await _read_rows(statement, reader)
        groups, is_truncated = build_groups(query, statement, rows)
        return FieldResult(orjson.dumps(self._shown(query, statement, groups, is_truncated)))

    async def _statement(self, query: StatsArguments, variables: Variables) -> GroupStatement:
        """Return the statement; it reads the rollups if they suffice. Raises DomainError."""
        span = match_rollup(query, self._measured) if self._sees_every_row(query) else None
        position = None if span is None else await rollup_position()
        if span is None or position is None:
            return group_statement(query, self._measured, variables)
        return rollup_statement(query, span, self._measured, variables, position)

    def _sees_every_row(self, query: StatsArguments) -> bool:
        """Return whether the viewer may see every row; the rollups count every row."""
        return visible(self._cube.model, query.reader.viewer) == EVERYTHING

    def _shown(
        self,
        query: StatsArguments,
        statement: GroupStatement,
        groups: Sequence[Group],
        is_truncated: bool,
    ) -> Mapping[str, Any]:
        shown: dict[str, Any] = {}
        for field in self._field.fields:
            match field.name:
                case "groups":
                    shown[field.key] = _listed(field, query, statement, groups)
                case "truncated":
                    shown[field.key] = is_truncated
                case "asOf":
                    shown[field.key] = rfc_3339(query.reader.now)
                case _:
                    shown[field.key] = field.parent
        return shown


def _listed(
    field: Field, query: StatsArguments, statement: GroupStatement, groups: Sequence[Group]
) -> list[Mapping[str, Any]]:
    shows = [(member.key, _show(member, query, statement)) for member in field.fields]
    return [{key: show(group) for key, show in shows} for group in groups]


def _show(field: Field, query: StatsArguments, statement: GroupStatement) -> Show:
    if field.name == "__typename":
        return lambda group: field.parent
    if field.name == "key":
        members = [(member.key, _show_key(member, query)) for member in field.fields]
        return lambda group: {key: show(group) for key, show in members}
    read = statement.measures[field]
    return lambda group: read(group.row)


def _show_key(field: Field, query: StatsArguments) -> Show:
    if field.name == "__typename":
        return lambda group: field.parent
    for place, grouping in enumerate(query.groupings):
        if grouping.field == field.name:
            return _show_value(place, isinstance(grouping, BucketGrouping))
    return lambda group: None


def _show_value(place: int, is_bucket: bool) -> Show:
    if not is_bucket:
        return lambda group: group.key[place]

    return lambda group: _bucket_text(group.key[place])


@lru_cache(REMEMBERED_BUCKETS)
def _bucket_text(start: int | None) -> str | None:
    return None if start is None else rfc_3339(moment_of(start))


async def _read_rows(statement: GroupStatement, reader: Reader) -> Sequence[Any]:
    """Read the groups, in a turn of the caller's key. Live queries have turns of their own."""
    if reader.turns is None:
        return await read_groups(statement.text, statement.values)
    async with _turns.of(reader.viewer.key_id).taken():
        return await read_groups(statement.text, statement.values)
