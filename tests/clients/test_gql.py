"""Python's gql: follows an order over a websocket, and goes on where it was."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed
from gql.transport.websockets import WebsocketsTransport
from websockets import ConnectionClosedError

from auth import Scope
from models.orders import Order
from tests.clients.conftest import Write
from tests.clients.whereabouts import Whereabouts
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tests.timeouts import TIMEOUT
from tracking.acts import Tracker

FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position sequence } }"""
HOLD = """mutation ($id: ID!) { orderHold(trackingId: $id, reason: "a question") {
  order { status } userErrors { code } } }"""


@asynccontextmanager
async def connected(
    address: str, headers: dict[str, str] | None = None
) -> AsyncGenerator[AsyncClientSession, None]:
    transport = WebsocketsTransport(f"ws://{address}/graphql", init_payload=headers or {})
    async with Client(transport=transport, execute_timeout=TIMEOUT) as session:
        yield session


class Follower:
    """What whoever follows an order keeps: the last position received."""

    def __init__(self, order: Order) -> None:
        self.variables = {"ids": [order.tracking_id], "after": 0}
        self.sequences: list[int] = []

    async def follow(self, session: AsyncClientSession, until: int) -> None:
        """Until that sequence is there."""
        request = GraphQLRequest(FOLLOW, variable_values=self.variables)
        async with asyncio.timeout(TIMEOUT), aclosing(session.subscribe(request)) as results:
            async for result in results:
                self.variables["after"] = result["orderChanged"]["position"]
                self.sequences.append(result["orderChanged"]["sequence"])
                if self.sequences[-1] == until:
                    return


async def test_it_follows_an_order_across_a_restart(
    whereabouts: Whereabouts, order: Order, write: Write
) -> None:
    follower = Follower(order)

    async with connected(whereabouts.address) as session:
        await follower.follow(session, until=2)
        following = asyncio.create_task(follower.follow(session, until=7))
        await write(1)
        await asyncio.to_thread(whereabouts.stop)
        with pytest.raises(TransportConnectionFailed):
            await following
    await write(2)
    await asyncio.to_thread(whereabouts.start)
    async with connected(whereabouts.address) as session:
        following = asyncio.create_task(follower.follow(session, until=7))
        await write(2)
        await following

    assert follower.sequences == [1, 2, 3, 4, 5, 6, 7]


async def test_queries_and_mutations_go_over_the_websocket(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    headers = await service.headers(Scope.ORDERS_WRITE)

    async with connected(service.address, headers) as session:
        viewer = await session.execute(GraphQLRequest("{ viewer { scopes } }"))
        held = await session.execute(
            GraphQLRequest(HOLD, variable_values={"id": order.tracking_id})
        )

    assert viewer == {"viewer": {"scopes": ["ORDERS_WRITE"]}}
    assert held == {"orderHold": {"order": {"status": "ON_HOLD"}, "userErrors": []}}


async def test_a_wrong_key_is_refused(service: RunningService) -> None:
    with pytest.raises(TransportConnectionFailed) as failed:
        async with connected(service.address, {"Authorization": "Bearer wa_live_wrong"}):
            pass

    closed = failed.value.__cause__
    assert isinstance(closed, ConnectionClosedError)
    assert closed.rcvd is not None
    assert closed.rcvd.code == 4403
