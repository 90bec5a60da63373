"""An idle subscription holds its text, and nothing that was made of it."""

import gc

import pytest
from graphql import FieldNode

from access.viewer import SYSTEM
from tests.live_changes import make_pending_order, tracker_of
from tests.live_server import RunningService, build_settings, running_service
from tracking.orders.commands import hold_order
from web import held_documents

ORDER = "order { status items { name } shipments { id events(first: 1) { nodes { type } } } }"


@pytest.fixture
async def service(database_url: str, broadcast_url: str):
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        yield service


def follow(number: int, size: int = 3) -> str:
    orders = " ".join(f"o{number}_{count}: {ORDER}" for count in range(size))
    return (
        "subscription ($ids: [ID!]!, $after: Position) {"
        f" orderChanged(trackingIds: $ids, after: $after) {{ position {orders} }} }}"
    )


def forget_documents(service: RunningService) -> None:
    service.schema.documents._recent.clear()
    gc.collect()


def is_held(alias: str) -> bool:
    """Whether the syntax tree of a document with this alias is in memory."""
    nodes = (thing for thing in gc.get_objects() if type(thing) is FieldNode)
    return any(node.alias is not None and node.alias.value == alias for node in nodes)


async def test_a_followed_operation_may_be_forgotten_and_changes_still_come(service):
    order = await make_pending_order(service)
    async with service.socket() as socket:
        await socket.subscribe("1", follow(1), ids=[order.tracking_id], after=0)
        (first,) = await socket.results(1)
        assert is_held("o1_2")
        forget_documents(service)
        assert not is_held("o1_2")

        await hold_order(tracker_of(service), SYSTEM, order.tracking_id, reason="a check")
        (second,) = await socket.results(1)

    changes = [result["data"]["orderChanged"] for result in (first, second)]
    assert [change["position"] for change in changes] == [1, 2]
    assert [change["o1_2"]["status"] for change in changes] == ["PENDING", "ON_HOLD"]
    assert all(set(change) == {"position", "o1_0", "o1_1", "o1_2"} for change in changes)


async def test_an_event_stream_s_operation_may_be_forgotten(service):
    order = await make_pending_order(service)
    async with service.events(follow(1), ids=[order.tracking_id], after=0) as events:
        await events.next()  # the position at which it begins
        await events.results(1)
        assert is_held("o1_2")
        forget_documents(service)
        assert not is_held("o1_2")


async def test_followers_share_a_stream_after_their_operation_was_forgotten(service):
    order = await make_pending_order(service)
    async with service.socket() as one, service.socket() as other:
        await one.subscribe("1", follow(1), ids=[order.tracking_id], after=0)
        await one.results(1)
        forget_documents(service)
        await other.subscribe("1", follow(1), ids=[order.tracking_id], after=0)
        await other.results(1)

        assert len(service.feed._listeners()) == 1


async def test_the_text_that_one_connection_follows_by_is_bounded(service, monkeypatch):
    monkeypatch.setattr(held_documents, "PER_CONNECTION", 1_500)
    order = await make_pending_order(service)
    async with service.socket() as socket:
        await socket.subscribe("1", follow(1, 10), ids=[order.tracking_id], after=0)
        await socket.results(1)
        await socket.subscribe("2", follow(2, 10), ids=[order.tracking_id], after=0)
        refusal = await socket.next()
        await socket.send(id="1", type="complete")
        await socket.subscribe("2", follow(2, 10), ids=[order.tracking_id], after=0)
        await socket.results(1)

    assert (refusal["id"], refusal["type"]) == ("2", "error")
    (error,) = refusal["payload"]
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED"}
    assert error["message"].startswith("A connection holds at most 1500 characters")


async def test_the_text_that_an_event_stream_follows_by_is_bounded(service, monkeypatch):
    monkeypatch.setattr(held_documents, "PER_CONNECTION", 500)
    order = await make_pending_order(service)

    async with service.events(follow(1, 10), ids=[order.tracking_id], after=0) as events:
        (answer, _complete) = await events.read_rest()

    assert "A connection holds at most 500 characters" in answer["data"]
    assert service.connections.held._clients == {}
