"""Generic plans: PostgreSQL plans a page once if the same plan is the best for all its values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.viewer import SYSTEM
from database.connections import transaction
from engine.sql.access_paths.access_path import fill_slots
from models.enums import (
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    Party,
    ShipmentStatus,
)
from resolvers.filters import ExceptionFilter, OrderFilter, ShipmentFilter, TimeRange
from resolvers.filters.exception_paths import exception_path
from resolvers.filters.order_paths import order_path
from resolvers.filters.shipment_paths import shipment_path
from tests.resolvers.condition_statements import Parameters
from tests.resolvers.dataset import insert_dataset

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TRIALS = 5
"""Custom plans that PostgreSQL makes before it considers a generic one."""
RANGE = TimeRange(since=NOW - timedelta(days=9), until=NOW)
GENERIC = [
    OrderFilter(status=[OrderStatus.DELIVERED]),
    OrderFilter(status=[OrderStatus.DELIVERED, OrderStatus.PENDING, OrderStatus.SHIPPED]),
    OrderFilter(status=[OrderStatus.DELIVERED], country=["DE"]),
    OrderFilter(country=["DE", "PT"]),
    OrderFilter(health=[Health.STALE], placed_at=RANGE, is_late=False),
    OrderFilter(reference=["R-1000"]),
    OrderFilter(tracking_id=["WA-7K3M-9QXP-2V4T-8HRC-5"], country=["DE"]),
    OrderFilter(customer_email="customer1@example.com"),
    OrderFilter(sku=["MUG"]),
    OrderFilter(carrier=["ups"], status=[OrderStatus.RETURNED]),
    OrderFilter(exception_type=[ExceptionType.DAMAGED], has_open_exception=True),
    OrderFilter(placed_at=RANGE),
    OrderFilter(promised_at=RANGE),
    OrderFilter(is_late=True),
    OrderFilter(is_late=False, placed_at=RANGE),
    OrderFilter(none_of=OrderFilter(status=[OrderStatus.DELIVERED])),
    OrderFilter(
        any_of=[OrderFilter(status=[OrderStatus.PACKED]), OrderFilter(health=[Health.STALE])]
    ),
    ShipmentFilter(carrier=["ups"], status=[ShipmentStatus.DELIVERED]),
    ShipmentFilter(tracking_number=["JJD 000"]),
    ShipmentFilter(is_late=True),
    ExceptionFilter(type=[ExceptionType.DAMAGED]),
    ExceptionFilter(assignee="Agent1", status=[ExceptionStatus.OPEN]),
    ExceptionFilter(is_overdue=True),
    ExceptionFilter(action_required=True),
]
CUSTOM = [
    OrderFilter(search="customer"),
    OrderFilter(sku=["MUG"], status=[OrderStatus.DELIVERED]),
    ExceptionFilter(type=[ExceptionType.DAMAGED], caused_by=[Party.CARRIER]),
]
Filter = OrderFilter | ShipmentFilter | ExceptionFilter


def page(filter_: Filter) -> tuple[str, list[Any]]:
    """Return the statement of the first fifty rows, and its values."""
    if isinstance(filter_, OrderFilter):
        table, key, path = "orders", "placed_at", order_path(filter_, SYSTEM, NOW, "placed_at")
    elif isinstance(filter_, ShipmentFilter):
        table, key, path = "shipment", "created_at", shipment_path(filter_, NOW, "created_at")
    else:
        table, key, path = "order_exception", "opened_at", exception_path(filter_, NOW, "opened_at")
    parameters = Parameters()
    order = f'"{table}"."{key}" DESC, "{table}"."id" DESC'
    text = fill_slots(parameters.bind(path), table, f'"{table}".*', ["TRUE"], order, "50")
    return text, parameters.values


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("filter_", GENERIC, ids=repr)
async def test_a_page_with_one_best_plan_is_planned_once(filter_: Filter, engine: str) -> None:
    if engine == "sqlite":
        pytest.skip("SQLite's plans do not depend on values.")
    await insert_dataset()
    text, values = page(filter_)
    async with transaction() as client:
        await client.execute_query_dict(text, values)  # only what is repeated stays prepared
        for _ in range(TRIALS + 2):
            await client.execute_query_dict(text, values)
        plans = await client.execute_query_dict(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = $1",
            [text],
        )

    assert plans == [{"custom_plans": TRIALS, "generic_plans": 2}]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("filter_", CUSTOM, ids=repr)
async def test_a_page_whose_best_plan_depends_on_its_values_shows_them_to_the_planner(
    filter_: Filter,
) -> None:
    await insert_dataset()
    text, _ = page(filter_)

    assert "(SELECT $" not in text
