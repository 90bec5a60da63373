"""The order of groups: by which measures, where ties and missing values stand, what is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest

from database.rows import insert
from models.enums import ExceptionSeverity, ExceptionStatus, Health
from models.orders import Order
from projections.rollups import rebuild
from tests.factories.in_memory import build_exception, build_shipment
from tests.stats.conftest import Analyst, Shop

RESOLVED = ExceptionStatus.RESOLVED
ORDERS = """query ($order: StatsOrder, $having: OrderHaving, $first: Int! = 100) {
  orderStats(groupBy: [{field: HEALTH}], orderBy: $order, having: $having, first: $first) {
    truncated groups { key { health } } } }"""
SHIPMENTS = """query ($order: StatsOrder) {
  shipmentStats(groupBy: [{field: CARRIER}], orderBy: $order) { groups { key { carrier } } } }"""
EXCEPTIONS = """query ($order: StatsOrder) {
  exceptionStats(groupBy: [{field: SEVERITY}], orderBy: $order) { groups { key { severity } } } }"""
BY_WEEK = """query ($order: StatsOrder) {
  orderStats(groupBy: [{time: {field: PLACED_AT, unit: WEEK}}], orderBy: $order, fillGaps: true) {
    groups { key { placedAt } } } }"""


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def delivered(placed: int, day: int, **columns: Any) -> dict[str, Any]:
    return {"placed_at": march(placed), "delivered_at": march(day), **columns}


def by(field: str, direction: str = "ASC") -> dict[str, str]:
    return {"field": field, "direction": direction}


@pytest.fixture
async def orders(shop: Shop) -> list[Order]:
    """Two on-time deliveries in 2 days on average, one late in 4 days, and one undelivered."""
    return [
        await shop.place(health=Health.DELAYED, **delivered(1, 2, late_after=march(9))),
        await shop.place(health=Health.DELAYED, **delivered(1, 4, late_after=march(9))),
        await shop.place(health=Health.EXCEPTION, **delivered(1, 5, late_after=march(2))),
        await shop.place(health=Health.STALE, placed_at=march(1)),
    ]


async def _healths(analyst: Analyst, query: str = ORDERS, **variables: Any) -> list[str]:
    return [group["key"]["health"] for group in await analyst.groups(query, **variables)]


@pytest.mark.usefixtures("orders")
async def test_groups_of_orders_are_ordered_by_time_with_missing_values_last(analyst: Analyst):
    assert await _healths(analyst, order=by("TOTAL_TIME")) == ["DELAYED", "EXCEPTION", "STALE"]
    assert await _healths(analyst, order=by("TOTAL_TIME", "DESC")) == [
        "EXCEPTION",
        "DELAYED",
        "STALE",
    ]


@pytest.mark.usefixtures("orders")
async def test_groups_of_orders_are_ordered_by_punctuality_with_missing_values_last(
    analyst: Analyst,
):
    assert await _healths(analyst, order=by("ON_TIME_RATE")) == ["EXCEPTION", "DELAYED", "STALE"]
    assert await _healths(analyst, order=by("ON_TIME_RATE", "DESC")) == [
        "DELAYED",
        "EXCEPTION",
        "STALE",
    ]


@pytest.mark.parametrize("source", ["rollups", "rows"])
async def test_equal_rates_are_ordered_by_key_in_either_direction(
    orders: list[Order], analyst: Analyst, source: str, request: pytest.FixtureRequest
):
    """Half of the delayed orders have an exception, and later all; all stale ones have one."""
    if source == "rows":
        request.getfixturevalue("by_rows")
    await insert([build_exception(orders[0].id), build_exception(orders[3].id)])
    await rebuild()

    assert await _healths(analyst, order=by("EXCEPTION_RATE")) == ["EXCEPTION", "DELAYED", "STALE"]
    await insert([build_exception(orders[1].id)])
    await rebuild()
    assert await _healths(analyst, order=by("EXCEPTION_RATE")) == ["EXCEPTION", "DELAYED", "STALE"]
    assert await _healths(analyst, order=by("EXCEPTION_RATE", "DESC")) == [
        "DELAYED",
        "STALE",
        "EXCEPTION",
    ]


@pytest.mark.usefixtures("orders")
async def test_having_selects_and_truncated_counts_groups_in_another_order(analyst: Analyst):
    order = by("TOTAL_TIME", "DESC")

    assert await analyst.query(ORDERS, order=order, first=1) == {
        "truncated": True,
        "groups": [{"key": {"health": "EXCEPTION"}}],
    }
    assert await analyst.query(
        ORDERS, order=order, first=1, having={"onTimeRate": {"min": 0.5}}
    ) == {"truncated": False, "groups": [{"key": {"health": "DELAYED"}}]}


async def test_groups_of_shipments_are_ordered_by_transit_time(shop: Shop, analyst: Analyst):
    placed = await shop.place()
    days = {"ups": 3, "dhl": 2, "gls": None}
    await insert(
        [
            build_shipment(
                placed.id,
                carrier=carrier,
                shipped_at=march(1),
                delivered_at=None if day is None else march(day),
            )
            for carrier, day in days.items()
        ]
    )
    await rebuild()

    async def carriers(direction: str) -> list[str]:
        groups = await analyst.groups(SHIPMENTS, order=by("TOTAL_TIME", direction))
        return [group["key"]["carrier"] for group in groups]

    assert await carriers("ASC") == ["dhl", "ups", "gls"]
    assert await carriers("DESC") == ["ups", "dhl", "gls"]


async def test_groups_of_exceptions_are_ordered_by_time_to_resolve(shop: Shop, analyst: Analyst):
    placed = await shop.place()
    days = {ExceptionSeverity.LOW: 3, ExceptionSeverity.HIGH: 2, ExceptionSeverity.MEDIUM: None}
    await insert(
        [
            build_exception(
                placed.id,
                severity=severity,
                opened_at=march(1),
                **({} if day is None else {"status": RESOLVED, "resolved_at": march(day)}),
            )
            for severity, day in days.items()
        ]
    )
    await rebuild()

    async def severities(direction: str) -> list[str]:
        groups = await analyst.groups(EXCEPTIONS, order=by("TOTAL_TIME", direction))
        return [group["key"]["severity"] for group in groups]

    assert await severities("ASC") == ["HIGH", "LOW", "MEDIUM"]
    assert await severities("DESC") == ["LOW", "HIGH", "MEDIUM"]


async def test_filled_gaps_have_no_time_and_come_last(shop: Shop, analyst: Analyst):
    await shop.place(**delivered(2, 4))
    await shop.place(**delivered(16, 17))

    async def weeks(direction: str) -> list[str]:
        groups = await analyst.groups(BY_WEEK, order=by("TOTAL_TIME", direction))
        return [group["key"]["placedAt"][:10] for group in groups]

    assert await weeks("ASC") == ["2026-03-16", "2026-03-02", "2026-03-09"]
    assert await weeks("DESC") == ["2026-03-02", "2026-03-16", "2026-03-09"]


@pytest.mark.parametrize("field", ["ON_TIME_RATE", "EXCEPTION_RATE"])
async def test_an_order_by_what_the_groups_do_not_have_is_refused(analyst: Analyst, field: str):
    answer = await analyst.answer(EXCEPTIONS, order=by(field))

    (error,) = answer.errors
    assert error["message"] == (
        f"These groups have no {field}: order them by KEY, COUNT or TOTAL_TIME."
    )
    assert error["extensions"] == {"code": "INVALID", "field": ["orderBy", "field"]}


async def test_without_groupings_any_order_gives_the_one_group(analyst: Analyst):
    query = "{ orderStats(orderBy: {field: TOTAL_TIME, direction: ASC}) { groups { count } } }"

    assert await analyst.groups(query) == [{"count": 0}]
    assert await analyst.groups(query.replace("count", "__typename")) == [
        {"__typename": "OrderStatsGroup"}
    ]
