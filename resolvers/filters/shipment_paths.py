"""Access paths to shipments: by which index a filtered list of them is read in its order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import Condition, literals
from models.enums import FINISHED, Health, ShipmentStatus
from resolvers.filters.boolean_filters import demand_all_bounds
from resolvers.filters.columns import capitals, carriers
from resolvers.filters.index_selection import (
    ColumnValues,
    CompositeIndex,
    choose_index,
    disjuncts,
    has_generic_plan,
    late_path,
    range_path,
)
from resolvers.filters.shipments import SHIPMENTS, ShipmentFilter, shipment_condition

CREATED_AT, SHIPPED_AT = "created_at", "shipped_at"
INDEXES: Sequence[CompositeIndex] = (
    ("carrier", "status"),
    ("country", "status"),
    ("service",),
    ("status",),
    ("health",),
)
DOMAINS: ColumnValues = {"status": list(ShipmentStatus), "health": list(Health)}
FINISHED_IN_ORDER = [status for status in ShipmentStatus if status in FINISHED]
"""The finished statuses in the order of the partial index's condition."""


def shipment_path(filter_: ShipmentFilter, now: datetime, key: str) -> AccessPath:
    """Return the access path to the filter's shipments in a list ordered by the column `key`.
    Raises as `shipment_condition` does."""
    demand_all_bounds(filter_)
    builder = AccessPathBuilder("shipment", key)
    paths = [
        _ShipmentPath(disjunct, now, builder).choose()
        for disjunct in disjuncts(filter_) or [filter_]
    ]
    return paths[0] if len(paths) == 1 else builder.union(paths)


class _ShipmentPath:
    """The choice of a path for one filter, whose `or` is not looked into."""

    def __init__(self, filter_: ShipmentFilter, now: datetime, paths: AccessPathBuilder) -> None:
        self._filter, self._now, self._paths = filter_, now, paths

    def choose(self) -> AccessPath:
        if self._filter.tracking_number is not None:
            return self._paths.plain(self._rest(), is_generic=True)
        if self._paths.key != CREATED_AT:
            return self._plain()
        return self._by_time(self._by_lateness() or self._by_own_columns() or self._plain())

    def _rest(self, *known: str) -> Condition:
        """Return the filter's condition without the fields `known`."""
        return shipment_condition(replace(self._filter, **dict.fromkeys(known)), self._now)

    def _is_generic(self, *indexed: str) -> bool:
        return has_generic_plan(self._filter, self._paths.key, *indexed)

    def _plain(self) -> AccessPath:
        rest = self._rest()
        if self._paths.key == SHIPPED_AT and self._is_unfinished:
            status = SHIPMENTS.column("status")
            rest = Condition(f"{status} NOT IN {literals(FINISHED_IN_ORDER)}") & rest
        return self._paths.plain(rest, is_generic=self._is_generic())

    def _by_lateness(self) -> AccessPath | None:
        """Return the path by the indexes of late shipments. It does not serve a filter by status
        too: one of the two indexes may have no shipment of that status, and be read to its end."""
        if not self._filter.is_late or self._filter.status is not None:
            return None
        overdue, rest = SHIPMENTS.overdue(self._now), self._rest("is_late")
        return late_path(self._paths, SHIPMENTS, overdue, rest, is_generic=self._is_generic())

    def _by_own_columns(self) -> AccessPath | None:
        values: ColumnValues = {
            "carrier": carriers(self._filter.carrier),
            "country": capitals(self._filter.country),
            "service": self._filter.service,
            "status": self._filter.status,
            "health": self._filter.health,
        }
        columns = choose_index(INDEXES, values, DOMAINS)
        if not columns:
            return None
        fields = [column.column for column in columns]
        rest, is_generic = self._rest(*fields), self._is_generic(*fields)
        return self._paths.loose_index_scan(columns, rest, is_generic=is_generic)

    def _by_time(self, otherwise: AccessPath) -> AccessPath:
        """Return the path by a range of times, except for unfinished shipments, which are few."""
        if self._is_unfinished:
            return otherwise
        ranges = {"shipped_at": self._filter.shipped_at, "delivered_at": self._filter.delivered_at}
        return range_path(self._paths, SHIPMENTS, ranges, self._rest, otherwise)

    @property
    def _is_unfinished(self) -> bool:
        """Whether the filter admits only shipments that are on their way."""
        statuses = self._filter.status
        return statuses is not None and not FINISHED.intersection(statuses)
