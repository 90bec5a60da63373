"""Paths to orders: by which index a filtered list of them is read in its order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from access.viewer import Viewer
from engine.sql.access_paths.listed import Listed
from engine.sql.access_paths.path import Path
from engine.sql.conditions import Condition, literals
from models.enums import UNRESOLVED, ExceptionStatus, Health, OrderStatus
from resolvers.filters.boolean_filters import demand_all_bounds
from resolvers.filters.columns import capitals, carriers
from resolvers.filters.index_selection import (
    Values,
    Way,
    alternatives,
    in_range,
    is_steady,
    late,
    steps_of,
)
from resolvers.filters.orders import ORDERS, OrderFilter, row_condition
from resolvers.filters.search import searched

PLACED_AT = "placed_at"
OWN_WAYS = (
    ("destination_country", "status", "health"),
    ("status",),
    ("health",),
    ("delivery_method",),
)
FIELDS = {"destination_country": "country"}
"""The fields of the filter that are not called as their columns."""
CLOSED: Values = {
    "status": list(OrderStatus),
    "health": list(Health),
}
STATUS = ORDERS.column("status")
KEYS_OF_OPEN = ("promised_at", "estimate_latest")
"""By these, orders on their way have indexes of themselves."""
RESTING = (
    OrderStatus.DELIVERED,
    OrderStatus.PARTIALLY_RETURNED,
    OrderStatus.RETURNED,
    OrderStatus.CANCELLED,
)
"""Where orders stay, and are many: the others are those of some days."""
MOST_FOUND = 2_000
"""Found texts whose orders are sorted for a page. What is found in more is likely to be met with in
some thousand orders, looked through in the list's order."""


def order_path(given: OrderFilter, viewer: Viewer, now: datetime, key: str) -> Path:
    """`key`: the column that the list is ordered by. Raises as `order_condition` does."""
    demand_all_bounds(given)
    listed = Listed("orders", key)
    paths = [_Asked(one, viewer, now, listed).path() for one in alternatives(given) or [given]]
    return paths[0] if len(paths) == 1 else listed.either(paths)


class _Asked:
    def __init__(self, given: OrderFilter, viewer: Viewer, now: datetime, listed: Listed) -> None:
        self._given, self._viewer, self._now, self._listed = given, viewer, now, listed

    def path(self) -> Path:
        given = self._given
        if given.tracking_id is not None or given.reference is not None:
            return self._listed.plain(self._rest(), is_steady=True)
        if given.search is not None:
            return self._searched(given.search)
        return self._by_index()

    def _by_index(self) -> Path:
        if self._listed.key != PLACED_AT or self._given.customer_email is not None:
            return self._plain()
        return self._by_time(
            self._by_part() or self._by_lateness() or self._by_own() or self._plain()
        )

    def _rest(self, *known: str, **others: Any) -> Condition:
        """All that is asked but for these fields."""
        left = replace(self._given, **dict.fromkeys(known), **others)
        return row_condition(left, self._viewer, self._now)

    def _is_steady(self, *known: str) -> bool:
        return is_steady(self._given, self._listed.key, *known)

    def _plain(self) -> Path:
        if self._listed.key in KEYS_OF_OPEN and self._is_open:
            on_their_way = Condition(f"{STATUS} NOT IN {literals(RESTING)}")
            return self._listed.plain(on_their_way & self._rest())
        return self._listed.plain(self._rest(), is_steady=self._is_steady("customer_email"))

    def _searched(self, text: str) -> Path:
        found = searched(text, self._viewer).of_all(MOST_FOUND)
        if self._listed.key != PLACED_AT:
            found = self._with_key(found)
        return self._listed.few(found, self._rest("search"), self._by_index(), MOST_FOUND)

    def _with_key(self, found: Condition) -> Condition:
        """Rows that say nothing count, too."""
        return Condition(
            f'SELECT "orders"."{self._listed.key}", "orders"."id" FROM (SELECT "id" FROM'
            f' ({found.text}) AS "all" LIMIT {MOST_FOUND + 1}) AS "some"'
            ' LEFT JOIN "orders" ON "orders"."id" = "some"."id"',
            found.values,
        )

    def _by_part(self) -> Path | None:
        given = self._given
        if given.sku is not None and not self._is_open:
            return self._by_steps("order_item", {"sku": given.sku}, "sku")
        if given.carrier is not None:
            steps: Values = {
                "carrier": carriers(given.carrier),
                "order_status": CLOSED["status"] if given.status is None else given.status,
            }
            return self._by_steps("shipment", steps, "carrier", "status")
        if given.exception_type is not None:
            is_open = ("has_open_exception",) if given.has_open_exception else ()
            statuses = UNRESOLVED if is_open else list(ExceptionStatus)
            steps = {"type": given.exception_type, "status": statuses}
            return self._by_steps("order_exception", steps, "exception_type", *is_open)
        return None

    def _by_steps(self, part: str, values: Values, *fields: str) -> Path | None:
        steps = steps_of((tuple(values),), values, {})
        if not steps:
            return None
        rest, steady = self._rest(*fields), self._is_steady(*fields)
        return self._listed.of_parts(part, steps, rest, is_steady=steady)

    def _by_own(self) -> Path | None:
        given = self._given
        asked: Values = {
            "destination_country": capitals(given.country),
            "status": given.status,
            "health": given.health,
            "delivery_method": given.delivery_method,
        }
        steps = steps_of(self._ways, asked, CLOSED)
        fields = [FIELDS.get(step.column, step.column) for step in steps]
        if not steps:
            return None
        rest, steady = self._rest(*fields), self._is_steady(*fields)
        return self._listed.spread(steps, rest, is_steady=steady)

    @property
    def _ways(self) -> Sequence[Way]:
        """Those that have an open exception have indexes of themselves."""
        return (("destination_country",),) if self._given.has_open_exception else OWN_WAYS

    @property
    def _is_open(self) -> bool:
        """Whether only orders are asked for that are on their way, which are few."""
        given = self._given.status
        return given is not None and not set(RESTING).intersection(given)

    def _by_lateness(self) -> Path | None:
        """Not for a status: one part of the late orders may have none of it, and be read whole."""
        if not self._given.is_late or self._given.status is not None:
            return None
        overdue, rest = ORDERS.overdue(self._now), self._rest("is_late")
        return late(self._listed, ORDERS, overdue, rest, is_steady=self._is_steady())

    def _by_time(self, otherwise: Path) -> Path:
        """What is on its way is few enough."""
        if self._is_open:
            return otherwise
        given = self._given
        ranges = {"promised_at": given.promised_at, "delivered_at": given.delivered_at}
        return in_range(self._listed, ORDERS, ranges, self._rest, otherwise)
