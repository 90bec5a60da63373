"""npm's graphql-ws client: the protocol's messages, and what it is told after a restore."""

from pathlib import Path

import pytest

from access.key_cache import MESSAGE
from access.scopes import Scope
from database.retries import with_retries
from models.orders import Order
from models.tracking_ids import new_tracking_id
from tests.clients.conftest import WriteChanges
from tests.clients.documented_programs import write_programs
from tests.clients.node import run_file, run_graphql_ws_session
from tests.clients.server_process import ServerProcess
from tests.databases import Databases
from tests.factories.acts import make_order
from tests.live_server import RunningService
from unit_of_work.unit_of_work import Tracker

pytestmark = [pytest.mark.usefixtures("packages"), pytest.mark.slow]

SUBSCRIPTION = """subscription ($ids: [ID!]!, $after: Position) {
  orderChanged(trackingIds: $ids, after: $after) { sequence } }"""
HOLD_ORDER = """mutation ($id: ID!) { orderHold(trackingId: $id, reason: "a question") {
  order { status } userErrors { code } } }"""
ACKNOWLEDGED = {"type": "connection_ack"}
NORMAL_CLOSE = {"code": 1000, "reason": "Normal Closure"}


def websocket_url(address: str) -> str:
    return f"ws://{address}/graphql"


async def test_a_client_comes_back_after_a_restore_and_is_told_that_its_position_is_lost(
    server_process: ServerProcess,
    order: Order,
    write_changes: WriteChanges,
    databases: Databases,
    db: str,
    tmp_path: Path,
) -> None:
    write_programs(tmp_path, server_process.address, order.tracking_id)
    file = tmp_path / "follow.mjs"
    program = file.read_text()
    shown = program.replace("error: console.error", "error: ([e]) => console.log(e.message)")
    assert shown != program
    file.write_text(shown)

    async with run_file(file) as subscriber:
        assert await subscriber.read_lines(2) == ["1 OrderCreated", "2 OrderStatusChanged"]
        copy = databases.back_up(db)
        await with_retries(order.refresh_from_db)  # the copying has ended the connections
        await write_changes(2)
        assert await subscriber.read_lines(2) == ["3 OrderStatusChanged", "4 OrderStatusChanged"]
        databases.restore(db, copy)
        [message] = await subscriber.read_lines(1)

    assert message.startswith("There is no position 4 here any more: the log was restored")


async def test_queries_and_mutations_go_over_the_websocket(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    messages = await run_graphql_ws_session(
        websocket_url(service.address),
        connectionParams=await service.headers(Scope.ORDERS_WRITE),
        operations=[
            {"query": "{ viewer { scopes } }"},
            {"query": HOLD_ORDER, "variables": {"id": order.tracking_id}},
        ],
    )

    held = {"order": {"status": "ON_HOLD"}, "userErrors": []}
    assert messages == [
        ACKNOWLEDGED,
        {"id": "1", "type": "next", "payload": {"data": {"viewer": {"scopes": ["ORDERS_WRITE"]}}}},
        {"id": "1", "type": "complete"},
        {"id": "2", "type": "next", "payload": {"data": {"orderHold": held}}},
        {"id": "2", "type": "complete"},
        NORMAL_CLOSE,
    ]


async def test_a_client_that_unsubscribes_receives_nothing_more(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    subscription = {"query": SUBSCRIPTION, "variables": {"ids": [order.tracking_id], "after": 0}}

    messages = await run_graphql_ws_session(
        websocket_url(service.address),
        connectionParams=await service.headers(Scope.ORDERS_WRITE),
        operations=[
            {**subscription, "results": 2},
            {"query": HOLD_ORDER, "variables": {"id": order.tracking_id}},
            {**subscription, "results": 3},
        ],
    )

    results = [
        (message["id"], message["payload"]["data"])
        for message in messages
        if message.get("type") == "next"
    ]
    assert [id_ for id_, _ in results] == ["1", "1", "2", "3", "3", "3"]
    assert [data for id_, data in results if id_ == "3"] == [
        {"orderChanged": {"sequence": sequence}} for sequence in (1, 2, 3)
    ]
    assert messages[-1] == NORMAL_CLOSE


async def test_a_ping_is_answered(service: RunningService) -> None:
    messages = await run_graphql_ws_session(websocket_url(service.address), keepAlive=20)

    assert messages == [ACKNOWLEDGED, {"type": "pong"}, NORMAL_CLOSE]


async def test_a_wrong_key_ends_it(service: RunningService) -> None:
    messages = await run_graphql_ws_session(
        websocket_url(service.address),
        connectionParams={"Authorization": "Bearer wa_live_wrong"},
        operations=[{"query": "{ position }"}],
    )

    assert messages == [{"code": 4403, "reason": f"Forbidden: {MESSAGE}"}]


async def test_a_refused_subscription_ends_one_operation_and_not_the_others(
    service: RunningService,
) -> None:
    messages = await run_graphql_ws_session(
        websocket_url(service.address),
        operations=[
            {"query": SUBSCRIPTION, "variables": {"ids": [new_tracking_id()]}},
            {"query": "{ position }"},
        ],
    )

    _, refused, *others = messages
    assert (refused["id"], refused["type"]) == ("1", "error")
    extensions = {"code": "NOT_FOUND", "field": ["trackingIds"]}
    assert [error["extensions"] for error in refused["payload"]] == [extensions]
    assert others == [
        {"id": "2", "type": "next", "payload": {"data": {"position": 0}}},
        {"id": "2", "type": "complete"},
        NORMAL_CLOSE,
    ]
