"""Access paths to exceptions: by which index a filtered list of them is read in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import Condition
from models.enums import UNRESOLVED, ExceptionStatus
from resolvers.filters.boolean_filters import demand_all_bounds
from resolvers.filters.columns import carriers
from resolvers.filters.exceptions import EXCEPTIONS, ExceptionFilter, exception_condition
from resolvers.filters.index_selection import (
    ColumnValues,
    CompositeIndex,
    choose_index,
    disjuncts,
    has_generic_plan,
    range_path,
)

OPENED_AT = "opened_at"
INDEXES: Mapping[str, Sequence[CompositeIndex]] = {
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
"""By the key that a list is ordered by."""
DOMAINS: ColumnValues = {"status": list(ExceptionStatus)}


def exception_path(filter_: ExceptionFilter, now: datetime, key: str) -> AccessPath:
    """Return the access path to the filter's exceptions in a list ordered by the column `key`.
    Raises as `exception_condition` does."""
    demand_all_bounds(filter_)
    builder = AccessPathBuilder("order_exception", key)
    paths = [_path(disjunct, now, builder) for disjunct in disjuncts(filter_) or [filter_]]
    return paths[0] if len(paths) == 1 else builder.union(paths)


def _path(filter_: ExceptionFilter, now: datetime, paths: AccessPathBuilder) -> AccessPath:
    def rest(*known: str) -> Condition:
        """Return the filter's condition without the fields `known`."""
        return exception_condition(replace(filter_, **dict.fromkeys(known)), now)

    def is_generic(*indexed: str) -> bool:
        return has_generic_plan(filter_, paths.key, *indexed)

    values = _column_values(filter_)
    if filter_.is_overdue and filter_.status is None:
        if paths.key == OPENED_AT and not any(values.values()):
            # They have a partial index in the list's order (migrations: 0003_exceptions).
            return paths.plain(rest(), "order_exception_overdue", is_generic=is_generic())
        values["status"] = UNRESOLVED
    columns = choose_index(INDEXES.get(paths.key, ()), values, DOMAINS)
    if columns:
        fields = [column.column for column in columns]
        return paths.loose_index_scan(columns, rest(*fields), is_generic=is_generic(*fields))
    plain = paths.plain(rest(), is_generic=is_generic())
    if paths.key != OPENED_AT:
        return plain
    ranges = {"due_at": filter_.due_at, "resolved_at": filter_.resolved_at}
    return range_path(paths, EXCEPTIONS, ranges, rest, plain)


def _column_values(filter_: ExceptionFilter) -> dict[str, Sequence[Any] | None]:
    return {
        "assignee": None if filter_.assignee is None else [filter_.assignee],
        "carrier": carriers(filter_.carrier),
        "type": filter_.type,
        "severity": filter_.severity,
        "caused_by": filter_.caused_by,
        "status": filter_.status,
    }
