"""Fixtures of the simulator: generated orders and their journeys."""

from datetime import UTC, datetime

import pytest

from simulator.atlas import find_place
from simulator.journeys import write_journey
from simulator.orders import OrderCreateInput, generate_orders
from simulator.steps import Journey, OrderedItem, PlacedOrder

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def build_placed_order(order: OrderCreateInput) -> PlacedOrder:
    address = order["shippingAddress"]
    return PlacedOrder(
        tracking_id=order["reference"].replace("WEB", "WA"),
        placed_at=datetime.fromisoformat(order["placedAt"]),
        delivery_method=order["deliveryMethod"],
        destination=find_place(address["country"], address["city"], address["region"]),
        items=tuple(
            OrderedItem(f"item-{line}", item["quantity"])
            for line, item in enumerate(order["items"])
        ),
    )


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def orders() -> list[OrderCreateInput]:
    return list(generate_orders(2000, seed=7, until=NOW))


@pytest.fixture(scope="session")
def journeys(orders: list[OrderCreateInput]) -> list[Journey]:
    return [write_journey(build_placed_order(order), seed=7) for order in orders]
