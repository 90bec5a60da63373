"""A subscription to all that belongs to an order, and what is pushed to who follows it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from subscriptions.followers import Follower
from tests.subscriptions.rows import PATIENCE

FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    position sequence actor order {
      trackingId sequence position customer { name } shippingAddress { line1 }
      shipments { status } items { sku }
    }
  } }"""
ALL = "subscription ($filter: ChangeFilter) { changes(filter: $filter) { position } }"


@asynccontextmanager
async def following(follower: Follower) -> AsyncGenerator[AsyncGenerator[Any, None], None]:
    async with follower, aclosing(aiter(follower)) as deliveries:
        yield deliveries


async def take(deliveries: Any) -> str:
    async with asyncio.timeout(PATIENCE):
        body: str = (await anext(deliveries)).body
    return body


async def take_many(deliveries: Any, count: int) -> list[str]:
    return [await take(deliveries) for _ in range(count)]


def change_in(body: str) -> dict[str, Any]:
    change: dict[str, Any] = json.loads(body)["data"]["orderChanged"]
    return change
