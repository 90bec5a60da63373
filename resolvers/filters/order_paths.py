"""Access paths to orders: by which index a filtered list of them is read in its order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from access.viewer import Viewer
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.access_paths.builder import AccessPathBuilder
from engine.sql.conditions import Condition, literals
from models.enums import UNRESOLVED, ExceptionStatus, Health, OrderStatus
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
from resolvers.filters.orders import ORDERS, OrderFilter, row_condition
from resolvers.filters.search import searched

PLACED_AT = "placed_at"
INDEXES: Sequence[CompositeIndex] = (
    ("destination_country", "status", "health"),
    ("status",),
    ("health",),
    ("delivery_method",),
)
OPEN_EXCEPTION_INDEXES: Sequence[CompositeIndex] = (("destination_country",),)
"""The partial indexes of the orders that have an open exception."""
FIELDS = {"destination_country": "country"}
"""The filter's fields whose names differ from their columns'."""
DOMAINS: ColumnValues = {
    "status": list(OrderStatus),
    "health": list(Health),
}
STATUS = ORDERS.column("status")
UNFINISHED_KEYS = ("promised_at", "estimate_latest")
"""Keys for which orders on their way have partial indexes."""
RESTING = (
    OrderStatus.DELIVERED,
    OrderStatus.PARTIALLY_RETURNED,
    OrderStatus.RETURNED,
    OrderStatus.CANCELLED,
)
"""Statuses in which orders stay and add up to many; the other orders are those of some days."""
MAXIMUM_MATCHES = 2_000
"""Matching texts whose orders are sorted for a page. If there are more, a walk in the list's order
is likely to meet a page of them within some thousand orders."""


def order_path(filter_: OrderFilter, viewer: Viewer, now: datetime, key: str) -> AccessPath:
    """Return the access path to the filter's orders in a list ordered by the column `key`. Raises
    as `order_condition` does."""
    demand_all_bounds(filter_)
    builder = AccessPathBuilder("orders", key)
    paths = [
        _OrderPath(disjunct, viewer, now, builder).choose()
        for disjunct in disjuncts(filter_) or [filter_]
    ]
    return paths[0] if len(paths) == 1 else builder.union(paths)


class _OrderPath:
    """The choice of a path for one filter, whose `or` is not looked into."""

    def __init__(
        self, filter_: OrderFilter, viewer: Viewer, now: datetime, paths: AccessPathBuilder
    ) -> None:
        self._filter, self._viewer, self._now, self._paths = filter_, viewer, now, paths

    def choose(self) -> AccessPath:
        if self._filter.tracking_id is not None or self._filter.reference is not None:
            return self._paths.plain(self._rest(), is_generic=True)
        if self._filter.search is not None:
            return self._by_search(self._filter.search)
        return self._by_index()

    def _by_index(self) -> AccessPath:
        if self._paths.key != PLACED_AT or self._filter.customer_email is not None:
            return self._plain()
        return self._by_time(
            self._by_child() or self._by_lateness() or self._by_own_columns() or self._plain()
        )

    def _rest(self, *known: str) -> Condition:
        """Return the filter's condition without the fields `known`."""
        rest = replace(self._filter, **dict.fromkeys(known))
        return row_condition(rest, self._viewer, self._now)

    def _is_generic(self, *indexed: str) -> bool:
        return has_generic_plan(self._filter, self._paths.key, *indexed)

    def _plain(self) -> AccessPath:
        if self._paths.key in UNFINISHED_KEYS and self._is_unfinished:
            unfinished = Condition(f"{STATUS} NOT IN {literals(RESTING)}")
            return self._paths.plain(unfinished & self._rest())
        return self._paths.plain(self._rest(), is_generic=self._is_generic("customer_email"))

    def _by_search(self, text: str) -> AccessPath:
        keys = searched(text, self._viewer).of_all(MAXIMUM_MATCHES)
        if self._paths.key != PLACED_AT:
            keys = self._with_key(keys)
        rest = self._rest("search")
        return self._paths.sort_if_few(keys, rest, self._by_index(), MAXIMUM_MATCHES)

    def _with_key(self, keys: Condition) -> Condition:
        """Look up the list's key of the matches. The join keeps matches without an order, so that
        they count as matches, too."""
        return Condition(
            f'SELECT "orders"."{self._paths.key}", "orders"."id" FROM (SELECT "id" FROM'
            f' ({keys.text}) AS "all" LIMIT {MAXIMUM_MATCHES + 1}) AS "some"'
            ' LEFT JOIN "orders" ON "orders"."id" = "some"."id"',
            keys.values,
        )

    def _by_child(self) -> AccessPath | None:
        """Return the path by an index of the order's items, shipments or exceptions, if the filter
        restricts them."""
        filter_ = self._filter
        if filter_.sku is not None and not self._is_unfinished:
            return self._by_child_index("order_item", {"sku": filter_.sku}, "sku")
        if filter_.carrier is not None:
            values: ColumnValues = {
                "carrier": carriers(filter_.carrier),
                "order_status": DOMAINS["status"] if filter_.status is None else filter_.status,
            }
            return self._by_child_index("shipment", values, "carrier", "status")
        if filter_.exception_type is not None:
            is_open = ("has_open_exception",) if filter_.has_open_exception else ()
            statuses = UNRESOLVED if is_open else list(ExceptionStatus)
            values = {"type": filter_.exception_type, "status": statuses}
            return self._by_child_index("order_exception", values, "exception_type", *is_open)
        return None

    def _by_child_index(self, child: str, values: ColumnValues, *fields: str) -> AccessPath | None:
        columns = choose_index((tuple(values),), values, {})
        if not columns:
            return None
        rest, is_generic = self._rest(*fields), self._is_generic(*fields)
        return self._paths.loose_child_index_scan(child, columns, rest, is_generic=is_generic)

    def _by_own_columns(self) -> AccessPath | None:
        values: ColumnValues = {
            "destination_country": capitals(self._filter.country),
            "status": self._filter.status,
            "health": self._filter.health,
            "delivery_method": self._filter.delivery_method,
        }
        indexes = OPEN_EXCEPTION_INDEXES if self._filter.has_open_exception else INDEXES
        columns = choose_index(indexes, values, DOMAINS)
        if not columns:
            return None
        fields = [FIELDS.get(column.column, column.column) for column in columns]
        rest, is_generic = self._rest(*fields), self._is_generic(*fields)
        return self._paths.loose_index_scan(columns, rest, is_generic=is_generic)

    @property
    def _is_unfinished(self) -> bool:
        """Whether the filter admits only orders that are on their way, which are few."""
        statuses = self._filter.status
        return statuses is not None and not set(RESTING).intersection(statuses)

    def _by_lateness(self) -> AccessPath | None:
        """Return the path by the indexes of late orders. It does not serve a filter by status too:
        one of the two indexes may have no order of that status, and be read to its end."""
        if not self._filter.is_late or self._filter.status is not None:
            return None
        overdue, rest = ORDERS.overdue(self._now), self._rest("is_late")
        return late_path(self._paths, ORDERS, overdue, rest, is_generic=self._is_generic())

    def _by_time(self, otherwise: AccessPath) -> AccessPath:
        """Return the path by a range of times, except for orders on their way, which are few."""
        if self._is_unfinished:
            return otherwise
        ranges = {
            "promised_at": self._filter.promised_at,
            "delivered_at": self._filter.delivered_at,
        }
        return range_path(self._paths, ORDERS, ranges, self._rest, otherwise)
