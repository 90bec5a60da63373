"""Factories of the change log's rows: they store changes without the acts that append them."""

from datetime import UTC, datetime
from typing import Any

from database.connections import transaction
from models.changes import LOG_HEAD_ID, Change, LogHead
from models.enums import ChangeKind
from models.orders import Order
from resolvers.changes import log_head
from tests.factories.rows import insert_customer, insert_order

SEQUENCES = 2**31
"""Sequences are shorter than positions. Any will do that differs from those of the same order."""
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def insert_followed_order() -> Order:
    """Stores an order and its customer, but no change."""
    customer = await insert_customer()
    return await insert_order(customer.id, destination_country="PT")


def build_change(
    order: Order, kind: ChangeKind = ChangeKind.ORDER_AMENDED, **columns: Any
) -> Change:
    """The change has no position in the log yet."""
    defaults = {"occurred_at": NOW, "recorded_at": NOW, "actor": "test", "country": "PT"}
    return Change(order_id=order.id, kind=kind, **{**defaults, **columns})


async def insert_changes(*changes: Change) -> list[int]:
    """Commits the changes as the next ones of the log and returns their positions."""
    async with transaction():
        head = await log_head()
        for position, change in enumerate(changes, start=head + 1):
            change.position = position
            change.sequence = position % SEQUENCES
        await Change.bulk_create(changes)
        await LogHead.filter(id=LOG_HEAD_ID).update(position=head + len(changes))
    return [change.position for change in changes]


async def insert_order_changes(count: int) -> list[Change]:
    """Commits that many changes of one new order; no feed has delivered them."""
    order = await insert_followed_order()
    changes = [build_change(order) for _ in range(count)]
    await insert_changes(*changes)
    return changes
