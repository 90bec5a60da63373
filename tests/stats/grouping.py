"""Groups of golden answers: which there are, in what order, and what stands in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from tests.plans.oracle.asking import Asking
from tests.plans.oracle.scalars import time_in, time_out
from tests.plans.oracle.tables import Row
from tests.stats.clocks import bucket, buckets_between
from tests.stats.golden import NOUNS, Amounts, Noun, Rows, chosen, total
from tests.stats.words import KEYS, snake_case, words_of

Key = tuple[Any, ...]
MOST_FILLED = 10_000


class TooManyGroups(Exception):
    """The service does not give so many."""


@dataclass(frozen=True)
class Asked:
    """A measure as it is asked for: what it is called, and of an amount which member."""

    alias: str
    name: str
    member: str | None = None
    share: float | None = None
    currency: str | None = None

    def value(self, noun: Noun, rows: Rows, asking: Asking) -> Any:
        if self.name == "count":
            return len(rows)
        if self.name == "total":
            assert self.currency is not None
            found: Any = total(rows, asking, self.currency)
        else:
            found = noun.measures[self.name](rows, asking)
        if isinstance(found, Amounts):
            assert self.member is not None
            return {"value": found.member(self.member, self.share)}
        return found


def answer(
    root: str, variables: Mapping[str, Any], measures: Sequence[Asked], asking: Asking
) -> dict[str, Any]:
    """The whole field, but asOf."""
    noun = NOUNS[root]
    groups = _groups(noun, variables, asking)
    kept = [key for key, rows in groups.items() if _is_had(noun, variables, rows, asking)]
    fields = [_field(one) for one in variables["groupBy"]]
    ordered = _ordered(root, variables, kept, groups)
    first = variables["first"]
    return {
        "truncated": len(ordered) > first,
        "groups": [
            {
                "key": _shown_key(root, fields, key),
                **{one.alias: one.value(noun, groups[key], asking) for one in measures},
            }
            for key in ordered[:first]
        ],
    }


def _groups(noun: Noun, variables: Mapping[str, Any], asking: Asking) -> dict[Key, list[Row]]:
    given = _with_times(variables["filter"])
    groups: dict[Key, list[Row]] = {} if variables["groupBy"] else {(): []}
    for row in chosen(noun, given, asking):
        groups.setdefault(_key(noun, variables, row), []).append(row)
    if variables["fillGaps"]:
        for key in _gaps(variables, list(groups), asking.now):
            groups.setdefault(key, [])
    return groups


def _key(noun: Noun, variables: Mapping[str, Any], row: Row) -> Key:
    return tuple(
        row[noun.columns.get(_field(one), snake_case(_field(one)))]
        if "field" in one
        else _bucket(row[snake_case(_field(one))], one["time"]["unit"], variables["timeZone"])
        for one in variables["groupBy"]
    )


def _bucket(moment: datetime | None, unit: str, zone: str) -> datetime | None:
    return None if moment is None else bucket(moment, unit, zone)


def _gaps(variables: Mapping[str, Any], keys: list[Key], now: datetime) -> list[Key]:
    grouped = variables["groupBy"]
    (place,) = (number for number, one in enumerate(grouped) if "time" in one)
    unit, zone = grouped[place]["time"]["unit"], variables["timeZone"]
    found = [key[place] for key in keys if key[place] is not None]
    given = (variables["filter"] or {}).get(_field(grouped[place])) or {}
    since, until = (_moment(given.get(name)) for name in ("from", "until"))
    first = since or min(found, default=None)
    last = max(found, default=None)
    if since is not None:
        last = max([now, *found])
    if until is not None and first is not None:
        last = until - timedelta(microseconds=1)
    if first is None or last is None or last < first:
        return []
    starts = buckets_between(first.astimezone(UTC), last.astimezone(UTC), unit, zone)
    others = {(key[:place], key[place + 1 :]) for key in keys}
    if len(grouped) == 1:
        others = {((), ())}
    if len(starts) * len(others) > MOST_FILLED:
        raise TooManyGroups
    return [(*before, start, *after) for (before, after), start in product(others, starts)]


def _is_had(noun: Noun, variables: Mapping[str, Any], rows: Rows, asking: Asking) -> bool:
    for name, one in (variables["having"] or {}).items():
        value = Asked(name, name).value(noun, rows, asking)
        least, most = one.get("min"), one.get("max")
        if least is None and most is None:
            continue
        if value is None or (least is not None and value < least):
            return False
        if most is not None and value > most:
            return False
    return True


def _ordered(
    root: str, variables: Mapping[str, Any], keys: list[Key], groups: Mapping[Key, Rows]
) -> list[Key]:
    order = variables["orderBy"] or {"field": "KEY", "direction": "ASC"}
    is_descending = order["direction"] == "DESC"
    is_by_key = order["field"] == "KEY"
    for place in reversed(range(len(variables["groupBy"]))):
        words = words_of(root, _field(variables["groupBy"][place]))
        present = [key for key in keys if key[place] is not None]
        present.sort(
            key=lambda key: key[place] if words is None else words.index(key[place]),
            reverse=is_by_key and is_descending,
        )
        keys = present + [key for key in keys if key[place] is None]
    return (
        keys if is_by_key else sorted(keys, key=lambda key: len(groups[key]), reverse=is_descending)
    )


def _field(one: Mapping[str, Any]) -> str:
    word: str = one["field"] if "field" in one else one["time"]["field"]
    first, *rest = word.lower().split("_")
    return "".join([first, *(part.capitalize() for part in rest)])


def _shown_key(root: str, fields: Sequence[str], key: Key) -> dict[str, Any]:
    if not fields:
        return {"__typename": KEYS[root]}
    return {name: _shown(value) for name, value in zip(fields, key, strict=True)}


def _shown(value: Any) -> Any:
    return time_out(value) if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return None if text is None else time_in(text)


def _with_times(given: Any) -> Any:
    """A filter whose times are times."""
    if given is None:
        return None
    times = {name: one for name, one in given.items() if name.endswith("At") and one is not None}
    return given | {
        name: {end: _moment(text) for end, text in one.items()} for name, one in times.items()
    }
