"""Aggregates on the command line, as the API answers them and as CSV for a spreadsheet."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime

import pytest
from click.testing import Result

from database.connections import open_database
from database.rows import insert
from models.enums import Health, OrderStatus
from projections.rollups import rebuild
from tests.commands.conftest import RunCommand
from tests.factories.in_memory import build_customer, build_order, build_shipment, day

QUERY = """query ($first: Int! = 100) {
  orderStats(groupBy: [{field: HEALTH}, {time: {field: PLACED_AT, unit: MONTH}}], first: $first) {
    groups { key { health placedAt } count total(currency: "EUR") { sum p95: percentile(p: 0.95) }
      timeToShip { average } } } }"""


@pytest.fixture
def shop(database_url: str) -> None:
    async def fill() -> None:
        async with open_database(database_url, connections=1):
            owner = build_customer()
            placed = build_order(owner.id, total_minor=1250)
            other = build_order(owner.id, health=Health.STALE, shipped_at=day(1))
            parcels = [build_shipment(placed.id, carrier=one) for one in ("=1+1", "köln", None)]
            for rows in ([owner], [placed, other], parcels):
                await insert(rows)
            await rebuild()

    asyncio.run(fill())


def read_table(result: Result) -> list[list[str]]:
    """The rows of a CSV file that Excel reads as UTF-8: it begins with a byte order mark."""
    assert result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(result.stdout_bytes.decode("utf-8-sig"))))


def test_without_options_the_output_is_the_answer_of_the_api(run: RunCommand, shop: None) -> None:
    result = run("stats", "{ orderStats { groups { count } } }")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"orderStats": {"groups": [{"count": 2}]}}


def test_csv_has_a_row_for_each_group_below_the_paths_of_the_fields(
    run: RunCommand, shop: None
) -> None:
    result = run("stats", "-", "--csv", input=QUERY)

    assert result.exit_code == 0
    assert read_table(result) == [
        ["key.health", "key.placedAt", "count", "total.sum", "total.p95", "timeToShip.average"],
        ["ON_TRACK", "2026-03-01", "1", "12.50", "12.50", ""],
        ["STALE", "2026-03-01", "1", "", "", "24.0"],
    ]
    assert result.stderr == ""


WEEKS = """{ orderStats(
  groupBy: [{time: {field: PLACED_AT, unit: WEEK}}], timeZone: "Europe/Berlin"
) { groups { week: key { placedAt } count cancelledRate } } }"""
HOURS = """{ orderStats(
  groupBy: [{time: {field: PLACED_AT, unit: HOUR}}], timeZone: "Europe/Berlin"
  filter: {placedAt: {from: "2026-10-24T00:00:00Z", until: "2026-10-26T00:00:00Z"}}
) { groups { key { placedAt } count } } }"""


@pytest.fixture
def night_shop(database_url: str) -> None:
    """Orders of a Monday in Berlin that is a Sunday in UTC, one of them cancelled, and of the hour
    that comes twice."""

    async def fill() -> None:
        async with open_database(database_url, connections=1):
            owner = build_customer()
            monday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
            statuses = (OrderStatus.CANCELLED, OrderStatus.PENDING, OrderStatus.PENDING)
            orders = [build_order(owner.id, placed_at=monday, status=one) for one in statuses]
            twofold = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1, 2)]
            orders += [build_order(owner.id, placed_at=time) for time in twofold]
            for rows in ([owner], orders):
                await insert(rows)
            await rebuild()

    asyncio.run(fill())


def test_buckets_of_days_and_longer_are_local_dates_and_rates_have_four_digits(
    run: RunCommand, night_shop: None
) -> None:
    assert read_table(run("stats", WEEKS, "--csv")) == [
        ["week.placedAt", "count", "cancelledRate"],
        ["2026-10-19", "3", "0.0"],
        ["2026-11-23", "3", "0.3333"],
    ]


def test_buckets_of_hours_are_local_times_also_where_an_hour_comes_twice(
    run: RunCommand, night_shop: None
) -> None:
    assert read_table(run("stats", HOURS, "--csv")) == [
        ["key.placedAt", "count"],
        ["2026-10-25 02:00 +0200", "1"],
        ["2026-10-25 02:00 +0100", "1"],
        ["2026-10-25 03:00", "1"],
    ]


def test_csv_says_that_there_are_more_groups(run: RunCommand, shop: None) -> None:
    result = run("stats", QUERY, "--csv", "--variables", '{"first": 1}')

    assert len(result.stdout.splitlines()) == 2
    assert result.stderr == "There are more groups: ask for them with `first`, up to 1000.\n"


def test_csv_of_no_groups_has_titles(run: RunCommand) -> None:
    (titles,) = read_table(run("stats", QUERY, "--csv"))

    assert titles[:3] == ["key.health", "key.placedAt", "count"]


def test_no_cell_is_a_formula(run: RunCommand, shop: None) -> None:
    query = "{ shipmentStats(groupBy: [{field: CARRIER}]) { groups { key { carrier } } } }"

    assert read_table(run("stats", query, "--csv")) == [["key.carrier"], ["'=1+1"], ["köln"], [""]]


WRONG = {
    "no query": ("nothing", 2, "Syntax Error"),
    "no such field": ("{ nothing }", 2, "Cannot query field 'nothing'"),
    "a mutation": ("mutation { orderConfirm(trackingId: 1) { order { id } } }", 2, "Only queries"),
    "out of bounds": ("{ orderStats(first: 0) { groups { count } } }", 1, "first: Must be from"),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors_are_reported(run: RunCommand, case: str) -> None:
    query, code, said = WRONG[case]
    result = run("stats", query, "--csv")

    assert result.exit_code == code
    assert result.stderr.startswith(f"Error: {said}")


@pytest.mark.parametrize(
    "query",
    [
        "{ orderStats { groups { count } } shipmentStats { groups { count } } }",
        "{ orderStats { a: groups { count } b: groups { count } } }",
        "{ orderStats { truncated } }",
    ],
)
def test_csv_is_of_one_list_of_groups(run: RunCommand, query: str) -> None:
    result = run("stats", query, "--csv")

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: With --csv, ask for one of orderStats, ")


def test_nothing_but_aggregates_is_answered(run: RunCommand, shop: None) -> None:
    result = run("stats", "{ orders { totalCount } orderStats { groups { count } } }")

    assert result.exit_code == 2
    assert "Only orderStats, shipmentStats, exceptionStats, orderForecast are answered" in (
        result.stderr
    )
