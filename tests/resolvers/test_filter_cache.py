"""The filter cache: a filter that a screen sends again is made into SQL once."""

from datetime import UTC, datetime
from typing import Any

import pytest

from access.viewer import SYSTEM
from engine.sql.access_paths.access_path import AccessPath
from engine.sql.conditions import Condition
from engine.sql.root_sources import ConnectionRoot
from engine.sql.selection import Reader
from models.enums import OrderStatus
from models.orders import Order
from resolvers.filters import OrderFilter, TimeRange
from resolvers.filters.filter_cache import MAXIMUM_VALUES, filter_cache_key
from resolvers.orderings import order_ordering
from resolvers.visibility import visible

PACKED = [OrderStatus.PACKED]
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_equal_filters_have_the_same_key() -> None:
    first = filter_cache_key(OrderFilter(status=list(PACKED), country=["DE"]))

    assert first == filter_cache_key(OrderFilter(country=["DE"], status=list(PACKED)))
    assert first != filter_cache_key(OrderFilter(status=list(PACKED), country=["PT"]))
    assert first != filter_cache_key(OrderFilter(status=list(PACKED), carrier=["DE"]))
    assert filter_cache_key(OrderFilter(status=[])) != filter_cache_key(OrderFilter())


@pytest.mark.parametrize(
    "filter_",
    [
        OrderFilter(status=PACKED, is_late=True),
        OrderFilter(search="customer"),
        OrderFilter(customer_email="customer1@example.com"),
        OrderFilter(placed_at=TimeRange(since=NOW)),
        OrderFilter(status=PACKED, none_of=OrderFilter(country=["DE"])),
        OrderFilter(country=["DE"] * (MAXIMUM_VALUES + 1)),
    ],
    ids=repr,
)
def test_a_filter_that_depends_on_the_time_or_the_viewer_or_is_long_has_no_key(
    filter_: OrderFilter,
) -> None:
    assert filter_cache_key(filter_) is None


@pytest.mark.usefixtures("db")
def test_a_repeated_filter_is_made_into_sql_once() -> None:
    made: list[str] = []

    def condition(filter_: OrderFilter, _reader: Reader) -> Condition:
        made.append(f"condition of {filter_.country}")
        return Condition("TRUE")

    def path(filter_: OrderFilter, _reader: Reader, key: str) -> AccessPath:
        made.append(f"path by {key}")
        return AccessPath(Condition("SELECT 1"))

    ordering = order_ordering()
    listing = ConnectionRoot(Order, condition, path, lambda *_: ordering, visible, filter_cache_key)
    reader = Reader(SYSTEM, NOW)
    bound = [listing.bind_arguments(arguments(country), reader) for country in ("DE", "DE", "PT")]

    assert made == [
        "condition of ['DE']",
        "path by placed_at",
        "condition of ['PT']",
        "path by placed_at",
    ]
    assert bound[0] == bound[1]


def arguments(country: str) -> dict[str, Any]:
    return {"filter": OrderFilter(country=[country]), "first": 5}
