"""npm's graphql-ws: the lines that the README shows, and its client's own conversations."""

import asyncio
import re

import pytest

from auth import Scope
from models.orders import Order
from models.tracking_ids import new_tracking_id
from tests.clients.conftest import Write
from tests.clients.node import conversation, running
from tests.clients.whereabouts import PROJECT, Whereabouts
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tracking.acts import Tracker

pytestmark = pytest.mark.usefixtures("packages")

PRINTED_URL = "ws://127.0.0.1:8000/graphql"
PRINTED_ID = "WA-7K3M-9QXP-2V4T-8HRC-5"
FOLLOW = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { sequence } }"""
HOLD = """mutation ($id: ID!) { orderHold(trackingId: $id, reason: "a question") {
  order { status } userErrors { code } } }"""
ACKNOWLEDGED = {"type": "connection_ack"}
DISPOSED = {"code": 1000, "reason": "Normal Closure"}


def program_of_readme(address: str, tracking_id: str) -> str:
    """As it is printed, but for where and what."""
    blocks = re.findall(r"```js\n(.*?)```", (PROJECT / "README.md").read_text(), re.DOTALL)
    programs: list[str] = [block for block in blocks if '"graphql-ws"' in block]
    assert programs, "README.md shows no program with graphql-ws"
    program = programs[0]
    assert PRINTED_URL in program
    assert PRINTED_ID in program
    return program.replace(PRINTED_URL, address).replace(PRINTED_ID, tracking_id)


def websocket_of(address: str) -> str:
    return f"ws://{address}/graphql"


async def test_the_readme_s_lines_come_back_by_themselves_and_miss_nothing(
    whereabouts: Whereabouts, order: Order, write: Write
) -> None:
    program = program_of_readme(websocket_of(whereabouts.address), order.tracking_id)

    async with running(program) as follower:
        assert await follower.lines(2) == ["1 OrderCreated", "2 OrderStatusChanged"]
        await asyncio.to_thread(whereabouts.stop)
        await write(3)
        await asyncio.to_thread(whereabouts.start)
        missed = await follower.lines(3)
        await write(2)
        live = await follower.lines(2)

    assert [int(line.split()[0]) for line in missed + live] == [3, 4, 5, 6, 7]


async def test_queries_and_mutations_go_over_the_websocket(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    said = await conversation(
        websocket_of(service.address),
        connectionParams=await service.headers(Scope.ORDERS_WRITE),
        operations=[
            {"query": "{ viewer { scopes } }"},
            {"query": HOLD, "variables": {"id": order.tracking_id}},
        ],
    )

    held = {"order": {"status": "ON_HOLD"}, "userErrors": []}
    assert said == [
        ACKNOWLEDGED,
        {"id": "1", "type": "next", "payload": {"data": {"viewer": {"scopes": ["ORDERS_WRITE"]}}}},
        {"id": "1", "type": "complete"},
        {"id": "2", "type": "next", "payload": {"data": {"orderHold": held}}},
        {"id": "2", "type": "complete"},
        DISPOSED,
    ]


async def test_who_takes_leave_is_told_nothing_more(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    followed = {"query": FOLLOW, "variables": {"ids": [order.tracking_id], "after": 0}}

    said = await conversation(
        websocket_of(service.address),
        connectionParams=await service.headers(Scope.ORDERS_WRITE),
        operations=[
            {**followed, "results": 2},
            {"query": HOLD, "variables": {"id": order.tracking_id}},
            {**followed, "results": 3},
        ],
    )

    results = [(one["id"], one["payload"]["data"]) for one in said if one.get("type") == "next"]
    assert [id_ for id_, _ in results] == ["1", "1", "2", "3", "3", "3"]
    assert [data for id_, data in results if id_ == "3"] == [
        {"orderChanged": {"sequence": sequence}} for sequence in (1, 2, 3)
    ]
    assert said[-1] == DISPOSED


async def test_a_ping_is_answered(service: RunningService) -> None:
    said = await conversation(websocket_of(service.address), keepAlive=20)

    assert said == [ACKNOWLEDGED, {"type": "pong"}, DISPOSED]


async def test_a_wrong_key_ends_it(service: RunningService) -> None:
    said = await conversation(
        websocket_of(service.address),
        connectionParams={"Authorization": "Bearer wa_live_wrong"},
        operations=[{"query": "{ position }"}],
    )

    assert said == [{"code": 4403, "reason": "Forbidden"}]


async def test_what_is_refused_ends_one_operation_and_not_the_others(
    service: RunningService,
) -> None:
    said = await conversation(
        websocket_of(service.address),
        operations=[
            {"query": FOLLOW, "variables": {"ids": [new_tracking_id()]}},
            {"query": "{ position }"},
        ],
    )

    _, refused, *found = said
    assert (refused["id"], refused["type"]) == ("1", "error")
    extensions = {"code": "INVALID", "field": ["trackingIds"]}
    assert [error["extensions"] for error in refused["payload"]] == [extensions]
    assert found == [
        {"id": "2", "type": "next", "payload": {"data": {"position": 0}}},
        {"id": "2", "type": "complete"},
        DISPOSED,
    ]
