"""An aggregate costs one statement, which computes only the selected measures."""

import logging

import pytest

from database.connections import STATS, connection, reading_on
from tests.stats.conftest import Analyst

LOGGER = "tortoise.db_client"
EVERYTHING = """{ orderStats(groupBy: [{field: STATUS}], orderBy: {field: COUNT, direction: DESC}) {
  asOf truncated a: groups { key { status } count customers items lateCount onTimeRate
    exceptionCount exceptionRate cancelledRate timeToDeliver { average }
    eur: total(currency: "EUR") { sum average } usd: total(currency: "USD") { sum }
    timeToShip { average minimum maximum half: percentile(p: 0.5) most: percentile(p: 0.95) } }
  b: groups { count __typename key { __typename } total(currency: "EUR") { __typename } } } }"""


@pytest.fixture
def statements(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG, logger=LOGGER)
    return lambda: [
        record.getMessage() for record in caplog.records if record.getMessage().startswith("SELECT")
    ]


async def test_all_measures_together_are_one_statement(analyst: Analyst, statements):
    await analyst.query(EVERYTHING)

    [statement] = statements()
    assert statement.count("order_exception") == 1 + statement.count('"order_exception".')


STATEMENT_PARTS = {
    "customers": "count(DISTINCT",
    "exceptionRate": "order_exception",
    "timeToShip { average }": "shipped_at",
    "lateCount": "late_after",
    "timeToShip { percentile(p: 0.5) }": "percentile",
    'total(currency: "EUR") { sum }': "total_minor",
}
"""The keys are measures; each value is a text that only the statement of its measure contains."""


@pytest.mark.usefixtures("by_rows")
async def test_measures_that_are_not_selected_are_not_computed(analyst: Analyst, statements):
    for measure in ("count", *STATEMENT_PARTS):
        await analyst.query(f"{{ orderStats {{ groups {{ {measure} }} }} }}")

    count_statement, *measure_statements = statements()
    assert [part in count_statement for part in STATEMENT_PARTS.values()] == [False] * len(
        STATEMENT_PARTS
    )
    assert [
        part in statement
        for part, statement in zip(STATEMENT_PARTS.values(), measure_statements, strict=True)
    ] == [True] * len(STATEMENT_PARTS)


async def test_aggregates_are_read_over_connections_of_their_own(analyst: Analyst, engine: str):
    if engine != "postgres":
        pytest.skip("SQLite has one connection per pool.")
    with reading_on(STATS):
        client = connection()
    query = "SELECT current_setting($1) AS it"
    limits = {
        name: (await client.execute_query_dict(query, [name]))[0]["it"]
        for name in ("statement_timeout", "default_transaction_read_only", "work_mem")
    }

    assert limits == {
        "statement_timeout": "25s",
        "default_transaction_read_only": "on",
        "work_mem": "64MB",
    }


@pytest.mark.usefixtures("by_rows")
async def test_failed_attempts_are_found_without_all_other_events(
    analyst: Analyst, statements, engine: str
):
    await analyst.query("{ shipmentStats { groups { deliveryAttempts } } }")
    [message] = statements()
    statement, _, _ = message.rpartition(": ")

    client = connection()
    if engine == "postgres":
        await client.execute_script("SET enable_seqscan = off")
        plan = await client.execute_query_dict(f"EXPLAIN {statement}")
    else:
        plan = await client.execute_query_dict(f"EXPLAIN QUERY PLAN {statement}")

    assert "tracking_event_failed_attempt" in str(plan)
