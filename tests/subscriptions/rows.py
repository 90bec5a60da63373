"""Rows of the change log, without the acts that write them, and ways to wait for them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

from models.changes import LOG_HEAD_ID, Change, LogHead
from models.columns import new_id
from models.customers import Customer
from models.database import transaction
from models.enums import ChangeKind, DeliveryMethod, Health, OrderStatus
from models.orders import Order
from resolvers.changes import log_head
from subscriptions.inbox import Delivery

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PATIENCE = 20.0
"""For what must come; only a test that fails waits so long."""


async def make_order() -> Order:
    customer = await Customer.create(
        name="Ada Example", name_key="ada example", locale="en", created_at=NOW, updated_at=NOW
    )
    return await Order.create(
        tracking_id=f"WA-{new_id().hex[-20:]}",
        customer=customer,
        destination_city="Lisbon",
        destination_country="PT",
        delivery_method=DeliveryMethod.STANDARD,
        currency="EUR",
        item_count=1,
        metadata=[],
        placed_at=NOW,
        promise_given_at=NOW,
        updated_at=NOW,
        status=OrderStatus.PENDING,
        next_statuses=[],
        health=Health.ON_TRACK,
        sequence=1,
    )


def change_of(order: Order, kind: ChangeKind = ChangeKind.ORDER_AMENDED, **columns: Any) -> Change:
    """A change that has no place in the log yet."""
    given = {"occurred_at": NOW, "recorded_at": NOW, "actor": "test", "country": "PT"} | columns
    return Change(order_id=order.id, kind=kind, **given)


async def append(*changes: Change) -> list[int]:
    """Commit the changes as the next ones of the log; their positions."""
    async with transaction():
        head = await log_head()
        for position, change in enumerate(changes, start=head + 1):
            change.position = position
            change.sequence = position
        await Change.bulk_create(changes)
        await LogHead.filter(id=LOG_HEAD_ID).update(position=head + len(changes))
    return [change.position for change in changes]


async def take(changes: AsyncIterator[Change | Delivery], count: int) -> list[int]:
    """The positions of the next so many changes."""
    async with asyncio.timeout(PATIENCE):
        return [(await anext(changes)).position for _ in range(count)]


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 (a property has no event)
            await asyncio.sleep(0.005)


def messages(records: Sequence[Any]) -> list[str]:
    return [record.getMessage() for record in records]


async def cut_off(redis_url: str) -> int:
    """Cut the connections of all who listen; how many there were."""
    async with Redis.from_url(redis_url) as redis:
        return int(await redis.execute_command("CLIENT", "KILL", "TYPE", "pubsub"))
