"""A subscription to all fields of an order's changes, and the deliveries to a follower of it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from subscriptions.followers import Follower
from tests.timeouts import TIMEOUT

FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) {
    position sequence actor order {
      trackingId sequence position customer { name } shippingAddress { line1 }
      shipments { status } items { sku }
    }
  } }"""
ALL = "subscription ($filter: ChangeFilter) { changes(filter: $filter) { position } }"


@asynccontextmanager
async def deliveries_to(follower: Follower) -> AsyncGenerator[AsyncGenerator[Any, None], None]:
    async with follower, aclosing(aiter(follower)) as deliveries:
        yield deliveries


async def next_body(deliveries: Any) -> str:
    async with asyncio.timeout(TIMEOUT):
        body: str = (await anext(deliveries)).body
    return body


async def next_bodies(deliveries: Any, count: int) -> list[str]:
    return [await next_body(deliveries) for _ in range(count)]


def change_in(body: str) -> dict[str, Any]:
    change: dict[str, Any] = json.loads(body)["data"]["orderChanged"]
    return change
