"""npm's Apollo Client follows subscriptions over HTTP, in parts of one response."""

import json
from typing import Any

import pytest

from access.viewer import SYSTEM
from engine.error_formatting import UNAVAILABLE
from tests.clients.node import RunningProgram, run_apollo_subscription
from tests.clients.test_graphql_ws import SUBSCRIPTION
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tests.timeouts import poll_until
from tracking.orders.commands import hold_order, release_order
from unit_of_work.unit_of_work import Tracker

pytestmark = [pytest.mark.usefixtures("packages"), pytest.mark.slow]


async def lines(program: RunningProgram, count: int) -> list[Any]:
    return [json.loads(line) for line in await program.read_lines(count)]


def changed(sequence: int) -> dict[str, Any]:
    return {"orderChanged": {"__typename": "OrderStatusChanged", "sequence": sequence}}


async def test_apollo_resumes_by_a_variable_and_unsubscribes(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    url = f"http://{service.address}/graphql"
    variables = {"ids": [order.tracking_id], "after": "1"}

    async with run_apollo_subscription(
        url, query=SUBSCRIPTION, variables=variables, results=3
    ) as program:
        first = await lines(program, 1)
        await hold_order(tracker, SYSTEM, order.tracking_id, "a question")
        await release_order(tracker, SYSTEM, order.tracking_id)
        rest = await lines(program, 3)
        await poll_until(lambda: not service.connections)

    assert first + rest == [changed(2), changed(3), changed(4), "unsubscribed"]


async def test_apollo_is_told_of_an_order_that_does_not_exist(
    service: RunningService,
) -> None:
    url = f"http://{service.address}/graphql"

    async with run_apollo_subscription(
        url, query=SUBSCRIPTION, variables={"ids": ["WA-0000"], "after": None}
    ) as program:
        received = await lines(program, 2)

    assert received == [
        {"error": "No order has one of these tracking ids.", "kind": "CombinedGraphQLErrors"},
        "complete",
    ]


async def test_apollo_notices_that_the_service_restarts(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    url = f"http://{service.address}/graphql"
    variables = {"ids": [order.tracking_id], "after": "1"}

    async with run_apollo_subscription(url, query=SUBSCRIPTION, variables=variables) as program:
        assert await lines(program, 1) == [changed(2)]
        await service.connections.drain()
        received = await lines(program, 2)

    assert received == [{"error": UNAVAILABLE, "kind": "CombinedProtocolErrors"}, "complete"]
