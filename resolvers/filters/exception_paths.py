"""Paths to exceptions: by which index a filtered list of them is read in its order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.sql.access_paths.listed import Listed
from engine.sql.access_paths.path import Path
from engine.sql.conditions import Condition
from models.enums import UNRESOLVED, ExceptionStatus
from resolvers.filters.boolean_filters import demand_all_bounds
from resolvers.filters.columns import carriers
from resolvers.filters.exceptions import EXCEPTIONS, ExceptionFilter, exception_condition
from resolvers.filters.index_selection import Values, alternatives, in_range, is_steady, steps_of

OPENED_AT = "opened_at"
WAYS = {
    OPENED_AT: (
        ("assignee", "status"),
        ("carrier", "status"),
        ("type", "status"),
        ("severity", "status"),
        ("caused_by", "status"),
        ("status",),
    ),
    "due_at": (("status",),),
    "severity_rank": (("status",),),
}
"""For what a list is ordered by: the columns that indexes begin with before it."""
CLOSED: Values = {"status": list(ExceptionStatus)}


def exception_path(given: ExceptionFilter, now: datetime, key: str) -> Path:
    """`key`: the column that the list is ordered by. Raises as `exception_condition` does."""
    demand_all_bounds(given)
    listed = Listed("order_exception", key)
    paths = [_path(one, now, listed) for one in alternatives(given) or [given]]
    return paths[0] if len(paths) == 1 else listed.either(paths)


def _path(given: ExceptionFilter, now: datetime, listed: Listed) -> Path:
    def rest(*known: str) -> Condition:
        return exception_condition(replace(given, **dict.fromkeys(known)), now)

    def steady(*known: str) -> bool:
        return is_steady(given, listed.key, *known)

    asked: dict[str, Sequence[Any] | None] = {
        "assignee": None if given.assignee is None else [given.assignee],
        "carrier": carriers(given.carrier),
        "type": given.type,
        "severity": given.severity,
        "caused_by": given.caused_by,
        "status": given.status,
    }
    if given.is_overdue and given.status is None:
        if listed.key == OPENED_AT and not any(asked.values()):
            # They lie in the list's order in an index of themselves (migrations: 0003_exceptions).
            return listed.plain(rest(), "order_exception_overdue", is_steady=steady())
        asked["status"] = UNRESOLVED
    steps = steps_of(WAYS.get(listed.key, ()), asked, CLOSED)
    if steps:
        fields = [step.column for step in steps]
        return listed.spread(steps, rest(*fields), is_steady=steady(*fields))
    if listed.key != OPENED_AT:
        return listed.plain(rest(), is_steady=steady())
    ranges = {"due_at": given.due_at, "resolved_at": given.resolved_at}
    return in_range(listed, EXCEPTIONS, ranges, rest, listed.plain(rest(), is_steady=steady()))
