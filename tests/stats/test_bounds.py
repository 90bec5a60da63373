"""Limits of aggregate queries: what is refused, with which message, and who may query."""

from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import ANONYMOUS, SYSTEM, Viewer
from database.connections import STATS, connection, reading_on
from resolvers.stats import stats_connection
from tests.stats.conftest import Analyst, Shop

QUERY = """query ($filter: OrderFilter, $by: [OrderGroupBy!]! = [], $having: OrderHaving,
  $first: Int! = 100, $zone: String! = "UTC", $gaps: Boolean! = false, $p: Float! = 0.5,
  $currency: String! = "EUR") {
  orderStats(filter: $filter, groupBy: $by, having: $having, first: $first, timeZone: $zone,
    fillGaps: $gaps) { truncated groups { count timeToShip { percentile(p: $p) }
    total(currency: $currency) { sum } } } }"""


def time(unit: str, field: str = "PLACED_AT") -> dict[str, Any]:
    return {"time": {"field": field, "unit": unit}}


def between(since: str | None, until: str | None = None, field: str = "placedAt") -> Any:
    return {field: {"from": since, "until": until}}


TWO_MONTHS = between("2026-01-01T00:00:00Z", "2026-03-04T00:00:00Z")
A_DAY_MORE = between("2026-01-01T00:00:00Z", "2026-03-05T00:00:00Z")
DIMENSIONS = [{"field": dimension} for dimension in ("STATUS", "HEALTH", "COUNTRY", "CURRENCY")]
REFUSED: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "four groupings": ({"by": DIMENSIONS}, "LIMIT_EXCEEDED", ["groupBy"]),
    "a grouping twice": ({"by": [{"field": "STATUS"}] * 2}, "INVALID", ["groupBy"]),
    "a time twice": ({"by": [time("YEAR"), time("WEEK")]}, "INVALID", ["groupBy"]),
    "no groups": ({"first": 0}, "INVALID", ["first"]),
    "too many groups": ({"first": 1_001}, "INVALID", ["first"]),
    "hours of all time": ({"by": [time("HOUR")]}, "INVALID", ["filter", "placedAt"]),
    "days of all time": ({"by": [time("DAY")]}, "INVALID", ["filter", "placedAt"]),
    "hours without a beginning": (
        {"by": [time("HOUR")], "filter": between(None, "2026-01-01T00:00:00Z")},
        "INVALID",
        ["filter", "placedAt"],
    ),
    "hours of a day too many": (
        {"by": [time("HOUR")], "filter": A_DAY_MORE},
        "INVALID",
        ["filter", "placedAt"],
    ),
    "hours since long ago": (
        {"by": [time("HOUR")], "filter": between("2020-01-01T00:00:00Z")},
        "INVALID",
        ["filter", "placedAt"],
    ),
    "days of six years": (
        {
            "by": [time("DAY")],
            "filter": between("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        },
        "INVALID",
        ["filter", "placedAt"],
    ),
    "days within a range of another time": (
        {"by": [time("DAY", "DELIVERED_AT")], "filter": TWO_MONTHS},
        "INVALID",
        ["filter", "deliveredAt"],
    ),
    "days within one of two ranges": (
        {"by": [time("DAY")], "filter": {"or": [TWO_MONTHS]}},
        "INVALID",
        ["filter", "placedAt"],
    ),
    "a reversed range": (
        {"filter": between("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z")},
        "INVALID",
        ["filter", "placedAt"],
    ),
    "days of a reversed range": (
        {
            "by": [time("DAY")],
            "gaps": True,
            "filter": between("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z"),
        },
        "INVALID",
        ["filter", "placedAt"],
    ),
    "more than the most of a rate": (
        {"having": {"onTimeRate": {"min": 0.9, "max": 0.5}}},
        "INVALID",
        ["having", "onTimeRate"],
    ),
    "gaps of nothing": ({"gaps": True, "by": [{"field": "STATUS"}]}, "INVALID", ["fillGaps"]),
    "gaps of two times": (
        {"gaps": True, "by": [time("YEAR"), time("YEAR", "DELIVERED_AT")]},
        "INVALID",
        ["fillGaps"],
    ),
    "gaps that having makes": (
        {"gaps": True, "by": [time("YEAR")], "having": {"count": {"min": 1}}},
        "INVALID",
        ["fillGaps"],
    ),
    "a rate in percents": (
        {"having": {"onTimeRate": {"max": 85.0}}},
        "INVALID",
        ["having", "onTimeRate"],
    ),
    "more than the most": (
        {"having": {"count": {"min": 10, "max": 5}}},
        "INVALID",
        ["having", "count"],
    ),
    "an unknown zone": ({"zone": "Europe/Atlantis"}, "INVALID", ["timeZone"]),
    "what PostgreSQL takes for an offset": ({"zone": "CET"}, "INVALID", ["timeZone"]),
    "a path": ({"zone": "../../etc/passwd"}, "INVALID", ["timeZone"]),
    "a zone that no text holds": ({"zone": "Europe/Berlin\x00"}, "INVALID", ["timeZone"]),
    "a share above one": ({"p": 1.01}, "INVALID", ["p"]),
    "a share below zero": ({"p": -0.01}, "INVALID", ["p"]),
    "an unknown currency": ({"currency": "XYZ"}, "INVALID", ["currency"]),
    "a currency in small letters": ({"currency": "eur"}, "INVALID", ["currency"]),
    "too many values of a filter": (
        {"filter": {"sku": ["MUG"] * 101}},
        "LIMIT_EXCEEDED",
        ["filter", "sku"],
    ),
}
ALLOWED: dict[str, dict[str, Any]] = {
    "three groupings": {"by": DIMENSIONS[:3]},
    "a thousand groups": {"first": 1_000},
    "hours of two months": {"by": [time("HOUR")], "filter": TWO_MONTHS},
    "hours within both of two ranges": {
        "by": [time("HOUR")],
        "filter": {**between("1999-01-01T00:00:00Z"), "and": [TWO_MONTHS]},
    },
    "days when they shipped, of what was placed in two months": {
        "by": [time("DAY", "SHIPPED_AT")],
        "filter": TWO_MONTHS,
    },
    "weeks of all time": {"by": [time("WEEK")]},
    "the ends of shares": {"p": 1.0},
}


async def test_arguments_out_of_bounds_are_refused(analyst: Analyst):
    answers = {case: await analyst.answer(QUERY, **REFUSED[case][0]) for case in REFUSED}

    assert {case: answer.data for case, answer in answers.items()} == dict.fromkeys(REFUSED)
    errors = {
        case: [error["extensions"] for error in answer.errors] for case, answer in answers.items()
    }
    assert errors == {
        case: [{"code": code, "field": field}] for case, (_, code, field) in REFUSED.items()
    }


async def test_arguments_just_within_bounds_are_answered(analyst: Analyst):
    errors = {case: (await analyst.answer(QUERY, **ALLOWED[case])).errors for case in ALLOWED}

    assert errors == {case: [] for case in ALLOWED}


async def test_aggregates_need_their_scope(analyst: Analyst):
    others = Viewer("others", frozenset(Scope) - {Scope.ANALYTICS_READ, Scope.ADMIN})

    for root in ("orderStats", "shipmentStats", "exceptionStats"):
        query = f"{{ {root} {{ groups {{ count }} }} }}"
        for viewer in (ANONYMOUS, others):
            answer = await analyst.answer(query, viewer)
            assert (answer.data, answer.codes) == (None, ["FORBIDDEN"])
        assert (await analyst.answer(query, SYSTEM)).errors == []


async def test_a_filter_by_email_needs_the_scope_for_personal_data(analyst: Analyst):
    answer = await analyst.answer(QUERY, filter={"customerEmail": "customer1@example.com"})

    assert answer.codes == ["FORBIDDEN"]


async def test_a_search_without_the_scope_for_personal_data_ignores_names(
    shop: Shop, analyst: Analyst
):
    await shop.place(reference="R-1")
    query = "query ($text: String!) { orderStats(filter: {search: $text}) { groups { count } } }"

    assert await analyst.groups(query, text="Customer") == [{"count": 0}]
    assert await analyst.groups(query, text="R-1") == [{"count": 1}]


async def test_more_gaps_than_can_be_filled_are_refused(shop: Shop, analyst: Analyst):
    """The weeks of a century, for each of two currencies."""
    for currency in ("EUR", "USD"):
        await shop.place(currency=currency)
    century = between("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")

    answer = await analyst.answer(
        QUERY, gaps=True, by=[time("WEEK"), {"field": "CURRENCY"}], filter=century
    )

    (error,) = answer.errors
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["fillGaps"]}


async def test_a_query_that_takes_too_long_is_ended_and_the_next_is_answered(
    analyst: Analyst, engine: str, monkeypatch: pytest.MonkeyPatch
):
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    monkeypatch.setattr(stats_connection, "STATS_SECONDS", 0.2)
    if engine == "postgres":
        with reading_on(STATS):
            await connection().execute_script("SET statement_timeout = '200ms'")

    with pytest.raises(Exception, match=r"longer than 0\.2 seconds"):
        await stats_connection.read_groups(f"{numbers} SELECT max(i) FROM n", [])

    assert (await analyst.answer(QUERY)).errors == []


async def test_aggregates_cannot_write(db: str):
    with pytest.raises(Exception, match=r"read.?only"):
        await stats_connection.read_groups("DELETE FROM customer RETURNING 1", [])


async def test_too_many_measures_are_refused_on_both_engines(shop: Shop, analyst: Analyst):
    measures = " ".join(f"p{n}: percentile(p: 0.{n:03})" for n in range(100))
    both = f"timeToShip {{ {measures} }} timeToDeliver {{ {measures} }}"

    answer = await analyst.answer(f"{{ orderStats {{ groups {{ {both} }} }} }}")

    (error,) = answer.errors
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert error["message"] == "This asks for too much of each group: ask for fewer measures."


@pytest.mark.parametrize(
    ("filter_", "lack"),
    [
        (between(None, "2026-01-01T00:00:00Z"), "from is missing"),
        (A_DAY_MORE, "this one has 63 days"),
    ],
)
async def test_the_refusal_of_a_range_says_what_it_lacks(analyst: Analyst, filter_: Any, lack: str):
    answer = await analyst.answer(QUERY, by=[time("HOUR")], filter=filter_)

    assert [error["message"] for error in answer.errors] == [
        "HOUR buckets need a range of placedAt in the filter, of 62 days at most: from, and until,"
        f" which is now if left out; {lack}."
    ]
