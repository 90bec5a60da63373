"""Indexes of some of a table's rows: the questions they are for are worded so that they apply."""

from datetime import UTC, datetime
from typing import Any

import pytest

from auth import SYSTEM
from models.database import connection, is_postgres, transaction
from models.enums import OrderStatus, ShipmentStatus
from resolvers.filters import OrderFilter, ShipmentFilter
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path
from resolvers.paths.path import Path, in_parts
from tests.resolvers.asking import Values
from tests.resolvers.shop import open_shop

NOW = datetime.now(UTC)
SHIPPED = [OrderStatus.SHIPPED]
MOVING = [ShipmentStatus.IN_TRANSIT]


def to_orders(key: str, **asked: Any) -> tuple[str, str, Path]:
    return "orders", key, order_path(OrderFilter(**asked), SYSTEM, NOW, key)


def to_shipments(key: str, **asked: Any) -> tuple[str, str, Path]:
    return "shipment", key, shipment_path(ShipmentFilter(**asked), NOW, key)


async def plan_of(table: str, key: str, path: Path) -> str:
    values = Values()
    order = f'"{table}"."{key}" DESC, "{table}"."id" DESC'
    part = f'"{table}"."{key}" IS NOT NULL'
    text = in_parts(values.put(path), table, f'"{table}".*', [part], order, "20")
    if not is_postgres():
        rows = await connection().execute_query_dict(f"EXPLAIN QUERY PLAN {text}", values.given)
        return "\n".join(row["detail"] for row in rows)
    async with transaction() as client:
        # So few rows are sooner read all.
        for way in ("seqscan", "sort", "bitmapscan"):
            await client.execute_query(f"SET LOCAL enable_{way} = off")
        await client.execute_query("SET LOCAL plan_cache_mode = force_custom_plan")
        rows = await client.execute_query_dict(f"EXPLAIN {text}", values.given)
        return "\n".join(row["QUERY PLAN"] for row in rows)


@pytest.mark.usefixtures("db")
async def test_what_few_rows_have_is_read_from_an_index_of_these() -> None:
    await open_shop()
    in_portugal = to_orders("placed_at", has_open_exception=True, country=["PT"])
    await demand("orders_open", to_orders("placed_at", has_open_exception=True))
    await demand("orders_open_by_country", in_portugal)
    for index in ("orders_late", "orders_overdue"):
        await demand(index, to_orders("placed_at", is_late=True))
    for index in ("shipment_late", "shipment_overdue"):
        await demand(index, to_shipments("created_at", is_late=True))


@pytest.mark.usefixtures("db")
async def test_what_is_on_its_way_is_read_from_an_index_of_it_by_when_it_is_due(
    engine: str,
) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite sorts what is on its way.")
    await open_shop()
    await demand("orders_promised", to_orders("promised_at", status=SHIPPED))
    await demand("orders_estimated", to_orders("estimate_latest", status=SHIPPED))
    await demand("shipment_unfinished", to_shipments("shipped_at", status=MOVING))


async def demand(index: str, question: tuple[str, str, Path]) -> None:
    plan = await plan_of(*question)
    assert f" {index} " in f"{plan} ".replace("\n", " "), plan
