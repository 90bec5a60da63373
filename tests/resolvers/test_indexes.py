"""Partial indexes: the statements that they are for are written so that the database uses them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from access.viewer import SYSTEM
from database.connections import connection, is_postgres, transaction
from engine.sql.access_paths.access_path import AccessPath, fill_slots
from engine.sql.access_paths.builder import AccessPathBuilder
from models.enums import OrderStatus, ShipmentStatus
from resolvers.filters import OrderFilter, ShipmentFilter
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path
from resolvers.kept_numbers import IS_NEWEST
from tests.resolvers.condition_statements import Parameters
from tests.resolvers.dataset import insert_dataset

NOW = datetime.now(UTC)
SHIPPED = [OrderStatus.SHIPPED]
MOVING = [ShipmentStatus.IN_TRANSIT]


def order_query(key: str, **fields: Any) -> tuple[str, str, AccessPath]:
    return "orders", key, order_path(OrderFilter(**fields), SYSTEM, NOW, key)


def shipment_query(key: str, **fields: Any) -> tuple[str, str, AccessPath]:
    return "shipment", key, shipment_path(ShipmentFilter(**fields), NOW, key)


async def plan_of(table: str, key: str, path: AccessPath) -> str:
    parameters = Parameters()
    order = f'"{table}"."{key}" DESC, "{table}"."id" DESC'
    part = f'"{table}"."{key}" IS NOT NULL'
    text = fill_slots(parameters.bind(path), table, f'"{table}".*', [part], order, "20")
    if not is_postgres():
        rows = await connection().execute_query_dict(
            f"EXPLAIN QUERY PLAN {text}", parameters.values
        )
        return "\n".join(row["detail"] for row in rows)
    async with transaction() as client:
        # The planner prefers to read all of so few rows, so other ways are turned off.
        for method in ("seqscan", "sort", "bitmapscan"):
            await client.execute_query(f"SET LOCAL enable_{method} = off")
        await client.execute_query("SET LOCAL plan_cache_mode = force_custom_plan")
        rows = await client.execute_query_dict(f"EXPLAIN {text}", parameters.values)
        return "\n".join(row["QUERY PLAN"] for row in rows)


@pytest.mark.usefixtures("db")
async def test_a_rare_value_is_read_from_its_partial_index() -> None:
    await insert_dataset()
    in_portugal = order_query("placed_at", has_open_exception=True, country=["PT"])
    await assert_uses_index("orders_open", order_query("placed_at", has_open_exception=True))
    await assert_uses_index("orders_open_by_country", in_portugal)
    for index in ("orders_late", "orders_overdue"):
        await assert_uses_index(index, order_query("placed_at", is_late=True))
    for index in ("shipment_late", "shipment_overdue"):
        await assert_uses_index(index, shipment_query("created_at", is_late=True))


@pytest.mark.usefixtures("db")
async def test_unfinished_rows_are_read_from_a_partial_index_in_the_order_of_their_due_times(
    engine: str,
) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite sorts the unfinished rows instead.")
    await insert_dataset()
    await assert_uses_index("orders_promised", order_query("promised_at", status=SHIPPED))
    await assert_uses_index("orders_estimated", order_query("estimate_latest", status=SHIPPED))
    await assert_uses_index("shipment_unfinished", shipment_query("shipped_at", status=MOVING))


@pytest.mark.usefixtures("db")
async def test_kept_numbers_are_read_from_the_indexes_of_waiting_events() -> None:
    path = AccessPathBuilder("tracking_event", "recorded_at").plain(IS_NEWEST)
    for index in ("tracking_event_waiting", "tracking_event_waiting_number"):
        await assert_uses_index(index, ("tracking_event", "recorded_at", path))


async def assert_uses_index(index: str, query: tuple[str, str, AccessPath]) -> None:
    plan = await plan_of(*query)
    assert f" {index} " in f"{plan} ".replace("\n", " "), plan
