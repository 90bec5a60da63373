"""Paths to shipments: by which index a filtered list of them is read in its order."""

from dataclasses import replace
from datetime import datetime

from engine.sql.access_paths.listed import Listed
from engine.sql.access_paths.path import Path
from engine.sql.conditions import Condition, literals
from models.enums import FINISHED, Health, ShipmentStatus
from resolvers.filters.boolean_filters import demand_all_bounds
from resolvers.filters.columns import capitals, carriers
from resolvers.filters.index_selection import (
    Values,
    alternatives,
    in_range,
    is_steady,
    late,
    steps_of,
)
from resolvers.filters.shipments import SHIPMENTS, ShipmentFilter, shipment_condition

CREATED_AT, SHIPPED_AT = "created_at", "shipped_at"
WAYS = (("carrier", "status"), ("country", "status"), ("service",), ("status",), ("health",))
CLOSED: Values = {"status": list(ShipmentStatus), "health": list(Health)}
FINISHED_IN_ORDER = [one for one in ShipmentStatus if one in FINISHED]


def shipment_path(given: ShipmentFilter, now: datetime, key: str) -> Path:
    """`key`: the column that the list is ordered by. Raises as `shipment_condition` does."""
    demand_all_bounds(given)
    listed = Listed("shipment", key)
    paths = [_Asked(one, now, listed).path() for one in alternatives(given) or [given]]
    return paths[0] if len(paths) == 1 else listed.either(paths)


class _Asked:
    def __init__(self, given: ShipmentFilter, now: datetime, listed: Listed) -> None:
        self._given, self._now, self._listed = given, now, listed

    def path(self) -> Path:
        if self._given.tracking_number is not None:
            return self._listed.plain(self._rest(), is_steady=True)
        if self._listed.key != CREATED_AT:
            return self._plain()
        return self._by_time(self._by_lateness() or self._by_own() or self._plain())

    def _rest(self, *known: str) -> Condition:
        """All that is asked but for these fields."""
        return shipment_condition(replace(self._given, **dict.fromkeys(known)), self._now)

    def _plain(self) -> Path:
        rest = self._rest()
        if self._listed.key == SHIPPED_AT and self._is_unfinished:
            status = SHIPMENTS.column("status")
            rest = Condition(f"{status} NOT IN {literals(FINISHED_IN_ORDER)}") & rest
        return self._listed.plain(rest, is_steady=is_steady(self._given, self._listed.key))

    def _by_lateness(self) -> Path | None:
        """Not for a status: one part of the late ones may have none of it, and be read whole."""
        if not self._given.is_late or self._given.status is not None:
            return None
        overdue, rest = SHIPMENTS.overdue(self._now), self._rest("is_late")
        steady = is_steady(self._given, self._listed.key)
        return late(self._listed, SHIPMENTS, overdue, rest, is_steady=steady)

    def _by_own(self) -> Path | None:
        given = self._given
        asked: Values = {
            "carrier": carriers(given.carrier),
            "country": capitals(given.country),
            "service": given.service,
            "status": given.status,
            "health": given.health,
        }
        steps = steps_of(WAYS, asked, CLOSED)
        fields = [step.column for step in steps]
        if not steps:
            return None
        steady = is_steady(self._given, self._listed.key, *fields)
        return self._listed.spread(steps, self._rest(*fields), is_steady=steady)

    def _by_time(self, otherwise: Path) -> Path:
        """What is not finished is few enough."""
        if self._is_unfinished:
            return otherwise
        given = self._given
        ranges = {"shipped_at": given.shipped_at, "delivered_at": given.delivered_at}
        return in_range(self._listed, SHIPMENTS, ranges, self._rest, otherwise)

    @property
    def _is_unfinished(self) -> bool:
        """Whether only shipments are asked for that are on their way."""
        given = self._given.status
        return given is not None and not FINISHED.intersection(given)
