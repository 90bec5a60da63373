"""Gaps between the groups of a time: which empty groups fill them."""

from datetime import UTC, datetime, timedelta

from models.enums import Health
from tests.stats.conftest import Analyst, Shop

GAPS = """query ($filter: OrderFilter, $order: StatsOrder, $by: [OrderGroupBy!]!) {
  orderStats(filter: $filter, groupBy: $by, orderBy: $order, fillGaps: true) {
    groups { key { promisedAt health } count onTimeRate timeToShip { average } } } }"""
BY_WEEK = [{"time": {"field": "PROMISED_AT", "unit": "WEEK"}}]


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


async def test_gaps_lie_between_the_first_and_the_last(shop: Shop, analyst: Analyst):
    await shop.place(promised_at=march(2, 0))
    await shop.place(promised_at=march(16))
    await shop.place(promised_at=None)

    groups = await analyst.groups(GAPS, by=BY_WEEK)

    assert [(group["key"]["promisedAt"], group["count"]) for group in groups] == [
        ("2026-03-02T00:00:00Z", 1),
        ("2026-03-09T00:00:00Z", 0),
        ("2026-03-16T00:00:00Z", 1),
        (None, 1),
    ]
    empty = {"key": {"promisedAt": "2026-03-09T00:00:00Z", "health": None}, "count": 0}
    assert groups[1] == {**empty, "onTimeRate": None, "timeToShip": {"average": None}}


async def test_gaps_fill_the_range_of_the_filter(shop: Shop, analyst: Analyst):
    filter_ = {"promisedAt": {"from": "2026-03-02T00:00:00Z", "until": "2026-03-16T00:00:00Z"}}

    groups = await analyst.groups(GAPS, by=BY_WEEK, filter=filter_)

    assert [group["key"]["promisedAt"] for group in groups] == [
        "2026-03-02T00:00:00Z",
        "2026-03-09T00:00:00Z",
    ]


async def test_gaps_of_a_range_without_an_end_go_on_until_now(shop: Shop, analyst: Analyst):
    since = datetime.now(UTC) - timedelta(days=7)
    filter_ = {"promisedAt": {"from": since.isoformat()}}

    groups = await analyst.groups(GAPS, by=BY_WEEK, filter=filter_)

    assert len(groups) == 2


async def test_gaps_are_filled_for_every_combination_of_the_other_keys(
    shop: Shop, analyst: Analyst
):
    await shop.place(promised_at=march(2), health=Health.STALE)
    await shop.place(promised_at=march(9), health=Health.DELAYED)
    by = [{"field": "HEALTH"}, *BY_WEEK]
    order = {"field": "COUNT", "direction": "ASC"}

    groups = await analyst.groups(GAPS, by=by, order=order)

    assert [(*group["key"].values(), group["count"]) for group in groups] == [
        ("2026-03-02T00:00:00Z", "DELAYED", 0),
        ("2026-03-09T00:00:00Z", "STALE", 0),
        ("2026-03-09T00:00:00Z", "DELAYED", 1),
        ("2026-03-02T00:00:00Z", "STALE", 1),
    ]
