"""Migrations create every constraint and index, and keep the rows of older databases."""

import re
from collections.abc import Generator

import pytest
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import IntegrityError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from models.changes import Change, LogHead
from models.database import CONNECTION, connection, database_config, is_postgres
from models.migrating import migrate, missing_migrations
from models.orders import Order, OrderItem
from models.shipments import ShipmentItem
from tests.databases import Databases
from tests.factories.acts import make_dispatched_shipment, make_order
from tracking.acts import Tracker

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


@pytest.mark.slow
async def test_migrating_a_database_full_of_rows_loses_none(
    empty_url: str, tracker: Tracker
) -> None:
    await _migrate_to(empty_url, "0001_initial")
    async with _OpenDatabase(empty_url) as database:
        await database.fill(tracker)
        before = await database.counts()

    applied = await migrate(empty_url)

    assert applied == [
        "0002_constraints",
        "0003_lists",
        "0004_search",
        "0005_stats",
        "0006_hours",
    ]
    assert await missing_migrations(empty_url) == []
    async with _OpenDatabase(empty_url) as database:
        assert await database.counts() == before
        assert await _checks() == CHECKS


async def _migrate_to(url: str, name: str) -> None:
    config = database_config(url, connections=1, is_migration=True)
    async with TortoiseContext() as context:
        await context.init(config=config)
        executor = MigrationExecutor(get_connection(CONNECTION), config["apps"])
        await executor.migrate([MigrationTarget(app_label="models", name=name)])


class _OpenDatabase:
    """A context in which the database is open and foreign keys are enforced."""

    def __init__(self, url: str) -> None:
        self._url, self._context = url, TortoiseContext()

    async def __aenter__(self) -> "_OpenDatabase":
        await self._context.__aenter__()
        await self._context.init(config=database_config(self._url, connections=5))
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._context.__aexit__(*error)

    async def fill(self, tracker: Tracker) -> None:
        """Insert orders and shipments, with the log's head that a later migration creates."""
        await LogHead.create(id=1, position=0)
        await make_dispatched_shipment(tracker, await make_order(tracker))
        await make_order(tracker)
        await LogHead.all().delete()

    async def counts(self) -> list[int]:
        models = (Order, OrderItem, ShipmentItem, Change)
        return [await model.all().count() for model in models]
