"""Forecasts of small histories: which orders and buckets they use, and what they contain."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.forecasts.conftest import Shop
from tests.stats.conftest import Analyst

pytestmark = pytest.mark.slow
"""Each forecast starts a process with large libraries."""
QUERY = """query ($filter: OrderFilter, $unit: TimeUnit! = DAY, $horizon: Int! = 3,
  $zone: String! = "UTC") {
  orderForecast(filter: $filter, unit: $unit, horizon: $horizon, timeZone: $zone) {
    model error asOf points { start expected low80 high80 low95 high95 } } }"""
WEEK = [3, 1, 4, 0, 5, 9, 2]
MONDAY = datetime(2026, 1, 5, 12, tzinfo=UTC)
SIX_WEEKS_LATER = "2026-02-16T00:00:00Z"
ALL_ALIKE = ("expected", "low80", "high80", "low95", "high95")


def until(moment: str, **others: Any) -> dict[str, Any]:
    return {"placedAt": {"until": moment}, **others}


def starts(forecast: dict[str, Any]) -> list[str]:
    return [point["start"] for point in forecast["points"]]


def expected(forecast: dict[str, Any]) -> list[float]:
    return [point["expected"] for point in forecast["points"]]


async def test_a_weekly_pattern_is_expected_to_repeat(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, WEEK * 6)

    forecast = await analyst.query(QUERY, filter=until(SIX_WEEKS_LATER), horizon=9)

    assert forecast["model"] == "ETS(A,N,A)[7]"
    assert forecast["error"] == 0.0
    assert starts(forecast) == [
        f"2026-{day}T00:00:00Z"
        for day in ("02-16", "02-17", "02-18", "02-19", "02-20", "02-21", "02-22", "02-23", "02-24")
    ]
    for point, count in zip(forecast["points"], [*WEEK, *WEEK], strict=False):
        assert {abs(point[name] - count) < 0.01 for name in ALL_ALIKE} == {True}


async def test_the_intervals_are_nested_and_never_below_zero(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [(7 * day * day) % 11 for day in range(3, 52)])

    forecast = await analyst.query(QUERY, filter=until("2026-02-23T00:00:00Z"), horizon=90)

    assert len(forecast["points"]) == 90
    for point in forecast["points"]:
        values = [point[name] for name in ("low95", "low80", "expected", "high80", "high95")]
        assert values == sorted(values)
        assert 0 <= values[0] < values[-1]
    assert forecast["error"] > 0


async def test_the_same_history_gives_the_same_forecast(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [(5 * day * day) % 13 for day in range(3, 52)])
    filter_ = until("2026-02-23T00:00:00Z")

    first, second = [await analyst.query(QUERY, filter=filter_) for _ in range(2)]

    assert first.pop("asOf") < second.pop("asOf")
    assert first == second


async def test_days_begin_by_the_clocks_of_the_zone(shop: Shop, analyst: Analyst):
    """The clocks go forward on the 29th; midnight in Berlin is an hour before midnight in UTC."""
    await shop.place_daily(datetime(2026, 2, 15, 22, 30, tzinfo=UTC), [2] * 42)
    last = "2026-03-29T10:00:00Z"

    in_utc = await analyst.query(QUERY, filter=until(last))
    in_berlin = await analyst.query(QUERY, filter=until(last), zone="Europe/Berlin")

    assert starts(in_utc) == [f"2026-03-{day}T00:00:00Z" for day in (29, 30, 31)]
    assert starts(in_berlin) == [
        "2026-03-28T23:00:00Z",
        "2026-03-29T22:00:00Z",
        "2026-03-30T22:00:00Z",
    ]


async def test_weeks_and_months_are_counted_whole(shop: Shop, analyst: Analyst):
    """The history begins with the first whole bucket; the last, unfinished one does not count."""
    months = [datetime(2024 + month // 12, month % 12 + 1, 20, tzinfo=UTC) for month in range(18)]
    weeks = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(weeks=week) for week in range(26)]
    await shop.place_at([*months * 4, datetime(2025, 7, 1, tzinfo=UTC)])
    await shop.place_at(weeks * 2, destination_country="FR")

    monthly = await analyst.query(
        QUERY, unit="MONTH", filter=until("2025-07-20T00:00:00Z", country=["DE"])
    )
    weekly = await analyst.query(
        QUERY, unit="WEEK", filter=until("2025-07-02T00:00:00Z", country=["FR"])
    )

    assert starts(monthly) == [f"2025-{month}-01T00:00:00Z" for month in ("07", "08", "09")]
    assert starts(weekly) == [f"2025-{day}T00:00:00Z" for day in ("06-30", "07-07", "07-14")]
    assert (expected(monthly), monthly["model"]) == ([4.0] * 3, "ETS(A,N,N)")
    assert (expected(weekly), weekly["model"]) == ([2.0] * 3, "ETS(A,N,N)")


async def test_only_orders_that_match_the_filter_are_history(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [4] * 42, destination_country="DE")
    await shop.place_daily(MONDAY, range(42), destination_country="FR")
    await shop.place_daily(MONDAY - timedelta(days=50), [40] * 50, destination_country="DE")
    range_ = {"from": "2026-01-05T00:00:00Z", "until": SIX_WEEKS_LATER}

    forecast = await analyst.query(QUERY, filter={"country": ["DE"], "placedAt": range_})

    assert expected(forecast) == [4.0, 4.0, 4.0]


async def test_a_day_that_is_partly_outside_the_range_is_not_history(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [9, *[4] * 42, 9])
    range_ = {"from": "2026-01-05T00:00:01Z", "until": "2026-02-17T23:59:59Z"}

    forecast = await analyst.query(QUERY, filter={"placedAt": range_})

    assert expected(forecast) == [4.0, 4.0, 4.0]
    assert starts(forecast)[0] == "2026-02-17T00:00:00Z"


async def test_without_an_end_the_running_day_is_the_first_that_is_forecast(
    shop: Shop, analyst: Analyst
):
    now = datetime.now(UTC)
    await shop.place_daily(now - timedelta(days=60), [2] * 60)
    await shop.place_at([now] * 30)

    forecast = await analyst.query(QUERY)

    assert starts(forecast)[0] == f"{forecast['asOf'][:10]}T00:00:00Z"
    if starts(forecast)[0] == f"{now.date()}T00:00:00Z":  # otherwise a new day has begun since
        assert expected(forecast) == [2.0, 2.0, 2.0]


async def test_the_error_is_measured_on_the_end_of_the_history(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [*[10] * 28, *[10] * 12, 6, 34])

    forecast = await analyst.query(QUERY, filter=until(SIX_WEEKS_LATER))

    # The error is |6 - 10| + |34 - 10| out of 160 orders in these two weeks.
    assert forecast["error"] == 0.175


async def test_without_orders_at_the_end_there_is_no_error(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, [3] * 28)

    forecast = await analyst.query(QUERY, filter=until(SIX_WEEKS_LATER))

    assert forecast["error"] is None
    assert {0 <= value < 3 for value in expected(forecast)} == {True}


async def test_only_the_selected_fields_are_answered(shop: Shop, analyst: Analyst):
    await shop.place_daily(MONDAY, WEEK * 6)
    query = f"""{{ orderForecast(unit: DAY, horizon: 1,
      filter: {{placedAt: {{until: "{SIX_WEEKS_LATER}"}}}}) {{
        __typename name: model points {{ __typename day: start many: expected }} }} }}"""

    assert await analyst.query(query) == {
        "__typename": "OrderForecast",
        "name": "ETS(A,N,A)[7]",
        "points": [
            {"__typename": "OrderForecastPoint", "day": "2026-02-16T00:00:00Z", "many": 3.0}
        ],
    }
