"""Aggregates on the command line, as the API answers them and as CSV for a spreadsheet."""

import asyncio
import csv
import io
import json

import pytest

from database.connections import open_database
from database.rows import insert
from models.enums import Health
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
            parcels = [build_shipment(placed.id, carrier=one) for one in ("=1+1", "ups", None)]
            for rows in ([owner], [placed, other], parcels):
                await insert(rows)
            await rebuild()

    asyncio.run(fill())


def test_without_options_the_output_is_the_answer_of_the_api(run: RunCommand, shop: None) -> None:
    result = run("stats", "{ orderStats { groups { count } } }")

    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"orderStats": {"groups": [{"count": 2}]}}


def test_csv_has_a_row_for_each_group_below_the_paths_of_the_fields(
    run: RunCommand, shop: None
) -> None:
    result = run("stats", "-", "--csv", input=QUERY)

    assert result.exit_code == 0
    assert list(csv.reader(io.StringIO(result.stdout))) == [
        ["key.health", "key.placedAt", "count", "total.sum", "total.p95", "timeToShip.average"],
        ["ON_TRACK", "2026-03-01T00:00:00Z", "1", "12.50", "12.50", ""],
        ["STALE", "2026-03-01T00:00:00Z", "1", "", "", "24.0"],
    ]
    assert result.stderr == ""


def test_csv_says_that_there_are_more_groups(run: RunCommand, shop: None) -> None:
    result = run("stats", QUERY, "--csv", "--variables", '{"first": 1}')

    assert len(result.stdout.splitlines()) == 2
    assert result.stderr == "There are more groups: ask for them with `first`, up to 1000.\n"


def test_csv_of_no_groups_has_titles(run: RunCommand) -> None:
    assert run("stats", QUERY, "--csv").stdout.startswith("key.health,key.placedAt,count,")


def test_no_cell_is_a_formula(run: RunCommand, shop: None) -> None:
    query = "{ shipmentStats(groupBy: [{field: CARRIER}]) { groups { key { carrier } } } }"

    assert run("stats", query, "--csv").stdout.splitlines() == ["key.carrier", "'=1+1", "ups", '""']


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
