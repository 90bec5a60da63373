"""Migrations: the tables and constraints that really exist."""

import re
from collections.abc import Generator

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

from database.connections import connection, is_postgres
from database.migrations import migrate, missing_migrations
from models.changes import LogHead
from models.orders import OrderItem
from tests.databases import Databases
from tests.factories.acts import make_dispatched_shipment, make_order
from tests.tracking.assertions import assert_nothing_changes
from unit_of_work.unit_of_work import Tracker

CHECKS = {
    "change_place",
    "estimate_range",
    "log_head_one_row",
    "order_exception_closed",
    "order_exception_occurrences",
    "order_item_moved",
    "order_item_pieces",
    "order_item_price",
    "order_item_quantity",
    "orders_item_count",
    "orders_sequence",
    "orders_total",
    "shipment_item_pieces",
    "tracking_event_owner",
}
TABLES = (
    "address",
    "change",
    "estimate",
    "exception_note",
    "order_exception",
    "order_item",
    "orders",
    "shipment",
    "shipment_item",
    "tracking_event",
)


@pytest.fixture
def empty_url(databases: Databases) -> Generator[str, None, None]:
    url = databases.create_empty()
    yield url
    databases.drop(url)


@pytest.mark.usefixtures("db")
async def test_every_check_constraint_exists() -> None:
    assert await _checks() == CHECKS


async def _checks() -> set[str]:
    if is_postgres():
        rows = await connection().execute_query_dict(
            "SELECT conname FROM pg_constraint WHERE contype = 'c'"
            " AND connamespace = 'public'::regnamespace"
        )
        return {row["conname"] for row in rows}
    rows = await connection().execute_query_dict("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
    return {name for row in rows for name in re.findall(r'CONSTRAINT "(\w+)" CHECK', row["sql"])}


@pytest.mark.usefixtures("db")
async def test_every_foreign_key_is_indexed() -> None:
    for table in TABLES:
        leading = await _leading_columns(table)
        for column in await _foreign_keys(table):
            assert column in leading, f"{table}.{column}"


async def _foreign_keys(table: str) -> set[str]:
    if is_postgres():
        rows = await connection().execute_query_dict(
            "SELECT a.attname AS name FROM pg_constraint c JOIN pg_attribute a"
            " ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
            " WHERE c.contype = 'f' AND c.conrelid = $1::regclass",
            [table],
        )
        return {row["name"] for row in rows}
    rows = await connection().execute_query_dict(f'PRAGMA foreign_key_list("{table}")')
    return {row["from"] for row in rows}


async def _leading_columns(table: str) -> set[str]:
    """The first column of each index, including the index of the primary key."""
    if is_postgres():
        rows = await connection().execute_query_dict(
            "SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a"
            " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = $1::regclass",
            [table],
        )
        return {row["name"] for row in rows}
    names = set()
    for index in await connection().execute_query_dict(f'PRAGMA index_list("{table}")'):
        columns = await connection().execute_query_dict(f'PRAGMA index_info("{index["name"]}")')
        names.add(columns[0]["name"])
    return names


@pytest.mark.usefixtures("db")
async def test_the_database_refuses_more_pieces_than_were_ordered(tracker: Tracker) -> None:
    order = await make_order(tracker)

    with pytest.raises(IntegrityError):
        await OrderItem.filter(order_id=order.id).update(allocated_quantity=3)


@pytest.mark.usefixtures("db")
async def test_the_log_has_one_head_from_the_start() -> None:
    assert await LogHead.all().values_list("id", "position") == [(1, 0)]


async def test_an_empty_database_gets_every_table_in_order(empty_url: str) -> None:
    applied = await migrate(empty_url)

    assert applied == [
        "0001_orders",
        "0002_shipments",
        "0003_exceptions",
        "0004_changes",
        "0005_api_keys",
        "0006_search",
        "0007_hours",
        "0008_passed_moments",
        "0009_kept_events",
        "0010_epochs",
        "0011_shared_numbers",
        "0012_number_decisions",
        "0013_sources",
        "0014_key_rotation",
        "0015_erasure",
        "0016_partners",
        "0017_tracking_links",
        "0018_sessions",
        "0019_intake_turns",
    ]
    assert await missing_migrations(empty_url) == []


@pytest.mark.usefixtures("db")
async def test_every_table_has_the_columns_of_its_model() -> None:
    models = Tortoise.apps["models"].values()

    assert len(models) == 27
    for model in models:
        columns = set(model._meta.fields_db_projection.values())
        assert await _columns(model._meta.db_table) == columns, model


async def _columns(table: str) -> set[str]:
    if is_postgres():
        rows = await connection().execute_query_dict(
            "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1",
            [table],
        )
    else:
        rows = await connection().execute_query_dict(f'PRAGMA table_info("{table}")')
    return {row["name"] for row in rows}


async def test_migrating_a_database_full_of_rows_again_changes_none(
    db: str, tracker: Tracker
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))

    async with assert_nothing_changes():
        assert await migrate(db) == []
