"""Python's gql client subscribes to an order over a websocket and resumes after a restart."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

import pytest
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportConnectionFailed
from gql.transport.websockets import WebsocketsTransport
from websockets import ConnectionClosedError

from access.scopes import Scope
from models.orders import Order
from tests.clients.conftest import WriteChanges
from tests.clients.server_process import ServerProcess
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tests.timeouts import TIMEOUT
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.slow
SUBSCRIPTION = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { position sequence } }"""
HOLD_ORDER = """mutation ($id: ID!) { orderHold(trackingId: $id, reason: "a question") {
  order { status } userErrors { code } } }"""


@asynccontextmanager
async def connect(
    address: str, headers: dict[str, str] | None = None
) -> AsyncGenerator[AsyncClientSession, None]:
    transport = WebsocketsTransport(f"ws://{address}/graphql", init_payload=headers or {})
    async with Client(transport=transport, execute_timeout=TIMEOUT) as session:
        yield session


class Subscriber:
    """A subscriber that keeps the last received position, as the documentation says."""

    def __init__(self, order: Order) -> None:
        self.variables = {"ids": [order.tracking_id], "after": 0}
        self.sequences: list[int] = []

    async def receive(self, session: AsyncClientSession, until: int) -> None:
        """Subscribe and receive changes until the one with that sequence number has come."""
        request = GraphQLRequest(SUBSCRIPTION, variable_values=self.variables)
        async with asyncio.timeout(TIMEOUT), aclosing(session.subscribe(request)) as results:
            async for result in results:
                self.variables["after"] = result["orderChanged"]["position"]
                self.sequences.append(result["orderChanged"]["sequence"])
                if self.sequences[-1] == until:
                    return


async def test_a_subscription_resumes_after_a_restart(
    server_process: ServerProcess, order: Order, write_changes: WriteChanges
) -> None:
    subscriber = Subscriber(order)

    async with connect(server_process.address) as session:
        await subscriber.receive(session, until=2)
        receiving = asyncio.create_task(subscriber.receive(session, until=7))
        await write_changes(1)
        await asyncio.to_thread(server_process.stop)
        with pytest.raises(TransportConnectionFailed):
            await receiving
    await write_changes(2)
    await asyncio.to_thread(server_process.start)
    async with connect(server_process.address) as session:
        receiving = asyncio.create_task(subscriber.receive(session, until=7))
        await write_changes(2)
        await receiving

    assert subscriber.sequences == [1, 2, 3, 4, 5, 6, 7]


async def test_queries_and_mutations_go_over_the_websocket(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    headers = await service.headers(Scope.ORDERS_WRITE)

    async with connect(service.address, headers) as session:
        viewer = await session.execute(GraphQLRequest("{ viewer { scopes } }"))
        held = await session.execute(
            GraphQLRequest(HOLD_ORDER, variable_values={"id": order.tracking_id})
        )

    assert viewer == {"viewer": {"scopes": ["ORDERS_WRITE"]}}
    assert held == {"orderHold": {"order": {"status": "ON_HOLD"}, "userErrors": []}}


async def test_a_wrong_key_is_refused(service: RunningService) -> None:
    with pytest.raises(TransportConnectionFailed) as failed:
        async with connect(service.address, {"Authorization": "Bearer wa_live_wrong"}):
            pass

    cause = failed.value.__cause__
    assert isinstance(cause, ConnectionClosedError)
    assert cause.rcvd is not None
    assert cause.rcvd.code == 4403
