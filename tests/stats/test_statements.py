"""What an aggregate costs: one statement, of what is selected and no more, out of others' way."""

import logging

import pytest

from models.database import STATS, connection, reading_on
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
        one.getMessage() for one in caplog.records if one.getMessage().startswith("SELECT")
    ]


async def test_everything_is_one_statement(analyst: Analyst, statements):
    await analyst.ask(EVERYTHING)

    [statement] = statements()
    assert statement.count("order_exception") == 1 + statement.count('"order_exception".')


WORDS = {
    "customers": "count(DISTINCT",
    "exceptionRate": "order_exception",
    "timeToShip { average }": "shipped_at",
    "lateCount": "late_after",
    "timeToShip { percentile(p: 0.5) }": "percentile",
    'total(currency: "EUR") { sum }': "total_minor",
}
"""Of each measure: what its statement has."""


@pytest.mark.usefixtures("by_rows")
async def test_what_is_not_selected_is_not_computed(analyst: Analyst, statements):
    for measure in ("count", *WORDS):
        await analyst.ask(f"{{ orderStats {{ groups {{ {measure} }} }} }}")

    counting, *measuring = statements()
    assert [word in counting for word in WORDS.values()] == [False] * len(WORDS)
    assert [word in one for word, one in zip(WORDS.values(), measuring, strict=True)] == [
        True
    ] * len(WORDS)


async def test_a_heavy_question_has_connections_of_its_own(analyst: Analyst, engine: str):
    if engine != "postgres":
        pytest.skip("SQLite has one connection for each")
    with reading_on(STATS):
        client = connection()
    query = "SELECT current_setting($1) AS it"
    said = {
        name: (await client.execute_query_dict(query, [name]))[0]["it"]
        for name in ("statement_timeout", "default_transaction_read_only", "work_mem")
    }

    assert said == {
        "statement_timeout": "25s",
        "default_transaction_read_only": "on",
        "work_mem": "64MB",
    }


@pytest.mark.usefixtures("by_rows")
async def test_failed_attempts_are_found_without_all_other_events(
    analyst: Analyst, statements, engine: str
):
    await analyst.ask("{ shipmentStats { groups { deliveryAttempts } } }")
    [message] = statements()
    statement, _, _ = message.rpartition(": ")

    client = connection()
    if engine == "postgres":
        await client.execute_script("SET enable_seqscan = off")
        plan = await client.execute_query_dict(f"EXPLAIN {statement}")
    else:
        plan = await client.execute_query_dict(f"EXPLAIN QUERY PLAN {statement}")

    assert "tracking_event_failed_attempt" in str(plan)
