"""A reference implementation of aggregates: the groups, their order and their measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from tests.plans.reference.context import Context
from tests.plans.reference.scalars import parse_time, serialize_time
from tests.plans.reference.tables import Row
from tests.stats.calendar_buckets import bucket_start, bucket_starts_between
from tests.stats.key_types import KEY_TYPES, enum_values, snake_case
from tests.stats.reference_measures import CUBES, Amounts, Cube, Rows, filtered_rows, total

Key = tuple[Any, ...]
MOST_FILLED = 10_000
ORDERING_MEASURES = {
    "orderStats": {
        "COUNT": "count",
        "ON_TIME_RATE": "onTimeRate",
        "EXCEPTION_RATE": "exceptionRate",
        "TOTAL_TIME": "timeToDeliver",
    },
    "shipmentStats": {
        "COUNT": "count",
        "ON_TIME_RATE": "onTimeRate",
        "EXCEPTION_RATE": "exceptionRate",
        "TOTAL_TIME": "transitTime",
    },
    "exceptionStats": {"COUNT": "count", "TOTAL_TIME": "timeToResolve"},
}
"""The measure of each field that groups can be ordered by besides their keys."""


class TooManyGroups(Exception):
    """The answer has more groups than the service gives."""


@dataclass(frozen=True)
class MeasureSelection:
    """A selected measure: its alias and name, and for an amount the selected member."""

    alias: str
    name: str
    member: str | None = None
    share: float | None = None
    currency: str | None = None

    def value(self, cube: Cube, rows: Rows, context: Context) -> Any:
        if self.name == "count":
            return len(rows)
        if self.name == "total":
            assert self.currency is not None
            value: Any = total(rows, context, self.currency)
        else:
            value = cube.measures[self.name](rows, context)
        if isinstance(value, Amounts):
            assert self.member is not None
            return {"value": value.member(self.member, self.share)}
        return value


def expected_field(
    root: str, variables: Mapping[str, Any], measures: Sequence[MeasureSelection], context: Context
) -> dict[str, Any]:
    """The value of the root field, without asOf."""
    cube = CUBES[root]
    groups = _groups(cube, variables, context)
    kept = [
        key for key, rows in groups.items() if _satisfies_having(cube, variables, rows, context)
    ]
    fields = [key_field(group_by) for group_by in variables["groupBy"]]
    ordered = _ordered(root, variables, kept, groups, context)
    first = variables["first"]
    return {
        "truncated": len(ordered) > first,
        "groups": [
            {
                "key": _formatted_key(root, fields, key),
                **{
                    measure.alias: measure.value(cube, groups[key], context) for measure in measures
                },
            }
            for key in ordered[:first]
        ],
    }


def _groups(cube: Cube, variables: Mapping[str, Any], context: Context) -> dict[Key, list[Row]]:
    filter_ = _with_times(variables["filter"])
    groups: dict[Key, list[Row]] = {} if variables["groupBy"] else {(): []}
    for row in filtered_rows(cube, filter_, context):
        groups.setdefault(_key(cube, variables, row), []).append(row)
    if variables["fillGaps"]:
        for key in _gaps(variables, list(groups), context.now):
            groups.setdefault(key, [])
    return groups


def _key(cube: Cube, variables: Mapping[str, Any], row: Row) -> Key:
    return tuple(
        row[cube.columns.get(key_field(group_by), snake_case(key_field(group_by)))]
        if "field" in group_by
        else _bucket(
            row[snake_case(key_field(group_by))],
            group_by["time"],
            variables["timeZone"],
        )
        for group_by in variables["groupBy"]
    )


def _bucket(moment: datetime | None, time: Mapping[str, str], zone: str) -> datetime | None:
    if moment is None:
        return None
    return bucket_start(moment, time["unit"], zone, time["weekStartsOn"])


def _gaps(variables: Mapping[str, Any], keys: list[Key], now: datetime) -> list[Key]:
    """The keys of the groups that fill gaps, in every combination with the other dimensions."""
    grouped = variables["groupBy"]
    (place,) = (index for index, group_by in enumerate(grouped) if "time" in group_by)
    time, zone = grouped[place]["time"], variables["timeZone"]
    present = [key[place] for key in keys if key[place] is not None]
    range_ = (variables["filter"] or {}).get(key_field(grouped[place])) or {}
    since, until = (_moment(range_.get(name)) for name in ("from", "until"))
    first = since or min(present, default=None)
    last = max(present, default=None)
    if since is not None:
        last = max([now, *present])
    if until is not None and first is not None:
        last = until - timedelta(microseconds=1)
    if first is None or last is None or last < first:
        return []
    starts = bucket_starts_between(
        first.astimezone(UTC), last.astimezone(UTC), time["unit"], zone, time["weekStartsOn"]
    )
    others = {(key[:place], key[place + 1 :]) for key in keys}
    if len(grouped) == 1:
        others = {((), ())}
    if len(starts) * len(others) > MOST_FILLED:
        raise TooManyGroups
    return [(*before, start, *after) for (before, after), start in product(others, starts)]


def _satisfies_having(
    cube: Cube, variables: Mapping[str, Any], rows: Rows, context: Context
) -> bool:
    for name, bounds in (variables["having"] or {}).items():
        value = MeasureSelection(name, name).value(cube, rows, context)
        least, most = bounds.get("min"), bounds.get("max")
        if least is None and most is None:
            continue
        if value is None or (least is not None and value < least):
            return False
        if most is not None and value > most:
            return False
    return True


def _ordered(
    root: str,
    variables: Mapping[str, Any],
    keys: list[Key],
    groups: Mapping[Key, Rows],
    context: Context,
) -> list[Key]:
    order = variables["orderBy"] or {"field": "KEY", "direction": "ASC"}
    is_descending = order["direction"] == "DESC"
    is_by_key = order["field"] == "KEY"
    for place in reversed(range(len(variables["groupBy"]))):
        members = enum_values(root, key_field(variables["groupBy"][place]))
        present = [key for key in keys if key[place] is not None]
        present.sort(
            key=lambda key: key[place] if members is None else members.index(key[place]),
            reverse=is_by_key and is_descending,
        )
        keys = present + [key for key in keys if key[place] is None]
    if is_by_key:
        return keys
    measure = _ordering_measure(root, order["field"])
    values = {key: measure.value(CUBES[root], groups[key], context) for key in keys}
    if measure.member is not None:
        values = {key: value["value"] for key, value in values.items()}
    present = [key for key in keys if values[key] is not None]
    present.sort(key=lambda key: values[key], reverse=is_descending)
    return present + [key for key in keys if values[key] is None]


def _ordering_measure(root: str, field: str) -> MeasureSelection:
    name = ORDERING_MEASURES[root][field]
    return MeasureSelection(name, name, member="average" if field == "TOTAL_TIME" else None)


def key_field(group_by: Mapping[str, Any]) -> str:
    """The name of the key's field that a groupBy argument fills."""
    member: str = group_by["field"] if "field" in group_by else group_by["time"]["field"]
    first, *rest = member.lower().split("_")
    return "".join([first, *(part.capitalize() for part in rest)])


def _formatted_key(root: str, fields: Sequence[str], key: Key) -> dict[str, Any]:
    if not fields:
        return {"__typename": KEY_TYPES[root]}
    return {name: _formatted(value) for name, value in zip(fields, key, strict=True)}


def _formatted(value: Any) -> Any:
    return serialize_time(value) if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else parse_time(text)


def _with_times(filter_: Any) -> Any:
    """The filter, with its times parsed."""
    if filter_ is None:
        return None
    ranges = {
        name: range_
        for name, range_ in filter_.items()
        if name.endswith("At") and range_ is not None
    }
    return filter_ | {
        name: {end: _moment(text) for end, text in range_.items()}
        for name, range_ in ranges.items()
    }
