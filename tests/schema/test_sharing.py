"""Equal subscriptions of viewers with equal rights share one stream."""

from contextlib import AsyncExitStack
from typing import Any

import pytest

from access.scopes import Scope
from access.viewer import SYSTEM, Viewer
from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from tests.factories.acts import make_order
from tests.schema.deliveries import ALL, FOLLOW, deliveries_to, next_body
from tests.schema.viewers import CONFIDANT, HOLDER, READER
from tracking.orders.commands import confirm_order

OTHER_READER = Viewer("other", READER.scopes)


async def test_equal_subscriptions_share_a_stream_from_any_position(follower, order):
    ids = [order.tracking_id]

    first = await follower(FOLLOW, READER, ids=ids, after=0)
    others = [
        await follower(FOLLOW, OTHER_READER, ids=ids, after=1),
        await follower(FOLLOW, READER, after=None, ids=ids),
        await follower(FOLLOW, READER, ids=ids),
    ]

    assert [other._stream is first._stream for other in others] == [True] * 3
    assert [one._after for one in (first, *others)] == [0, 1, None, None]


async def test_the_order_of_variables_does_not_matter_and_their_values_do(follower):
    filters = [
        {"kinds": ["HEALTH"], "country": ["DE"]},
        {"country": ["DE"], "kinds": ["HEALTH"]},
        {"country": ["FR"], "kinds": ["HEALTH"]},
        {"kinds": ["HEALTH"]},
        None,
    ]

    one, same, *others = [await follower(ALL, READER, filter=filter_) for filter_ in filters]

    assert one._stream is same._stream
    assert len({id(each._stream) for each in (one, *others)}) == 4


async def test_another_order_or_another_selection_is_another_stream(follower, api, order):
    other = await make_order(api.tracker)
    requests = [
        (FOLLOW, [order.tracking_id]),
        (FOLLOW, [other.tracking_id]),
        (FOLLOW.replace("sequence", "", 1), [order.tracking_id]),
    ]

    followers = [await follower(query, READER, ids=ids) for query, ids in requests]

    assert len({id(follower._stream) for follower in followers}) == 3
    assert len({follower._stream.selection for follower in followers}) == 2


@pytest.mark.parametrize(
    "scopes", [set(), {Scope.ORDERS_READ, Scope.PERSONAL_READ}, {Scope.ADMIN}, set(Scope)], ids=len
)
async def test_other_scopes_are_another_stream(follower, order, scopes):
    one = await follower(FOLLOW, READER, ids=[order.tracking_id])
    other = await follower(FOLLOW, Viewer("reader", frozenset(scopes)), ids=[order.tracking_id])

    assert one._stream is not other._stream


@pytest.mark.parametrize("viewers", [(CONFIDANT, READER, HOLDER), (HOLDER, READER, CONFIDANT)])
async def test_nothing_personal_reaches_a_follower_beside_a_confidant(
    api, follower, order, viewers
):
    async with AsyncExitStack() as stack:
        followed = {
            viewer.name: await stack.enter_async_context(
                deliveries_to(await follower(FOLLOW, viewer, ids=[order.tracking_id], after=0))
            )
            for viewer in (*viewers, *viewers[:1])
        }
        bodies = {name: await next_body(deliveries) for name, deliveries in followed.items()}
        await confirm_order(api.tracker, SYSTEM, order.tracking_id)
        for name, deliveries in followed.items():
            bodies[name] += await next_body(deliveries)

    for secret in ("Customer 1", "Sample Street"):
        assert [bodies[viewer.name].count(secret) for viewer in viewers] == [
            2 if viewer is CONFIDANT else 0 for viewer in viewers
        ]
    assert [bodies[viewer.name].count('"system"') for viewer in viewers] == [
        0 if viewer is HOLDER else 2 for viewer in viewers
    ]


async def test_a_viewer_without_the_right_is_refused_while_others_follow(follower):
    async with await follower(ALL, READER):
        for _ in range(2):
            with pytest.raises(InvalidOperation) as refused:
                await follower(ALL, HOLDER)
            assert [error_code(error) for error in refused.value.errors] == ["FORBIDDEN"]


@pytest.mark.parametrize("query", [FOLLOW, FOLLOW.replace("after: Position", "after: Position!")])
@pytest.mark.parametrize("after", [-1, "x", True, 2**60, [1], None])
async def test_a_wrong_position_is_refused_whether_or_not_others_follow(
    follower, order, query, after
):
    if after is None and "Position!" not in query:
        return
    for others in (0, 1):
        async with AsyncExitStack() as stack:
            for _ in range(others):
                known = await follower(query, READER, ids=[order.tracking_id], after=0)
                await stack.enter_async_context(known)
            with pytest.raises(InvalidOperation) as refused:
                await follower(query, READER, ids=[order.tracking_id], after=after)
            (error,) = refused.value.errors
            assert "$after" in error.message


async def test_a_default_of_after_applies_without_a_value(follower, order):
    query = FOLLOW.replace("$after: Position", "$after: Position = 1")

    requests: list[dict[str, Any]] = [{}, {"after": 0}, {"after": None}, {}]
    followers = [await follower(query, READER, ids=[order.tracking_id], **one) for one in requests]

    assert [follower._after for follower in followers] == [1, 0, None, 1]
    assert len({id(follower._stream) for follower in followers}) == 1


@pytest.mark.parametrize("literal", ["0", '"0"', "null"])
async def test_a_literal_position_wins_over_variables(follower, order, literal):
    query = (
        "subscription ($ids: [ID!]!) "
        f"{{ orderChanged(trackingIds: $ids, after: {literal}) {{ position }} }}"
    )
    others: list[dict[str, Any]] = [{}, {}, {"": 1}, {"": 1}, {"after": 1}]

    followers = [
        await follower(query, READER, ids=[order.tracking_id], **other) for other in others
    ]

    assert [follower._after for follower in followers] == [None if literal == "null" else 0] * 5
    assert followers[0]._stream is followers[1]._stream


async def test_the_last_event_id_replaces_after(api, subscriptions, order):
    operation = api.schema.operations.prepare(FOLLOW, None)
    variables = {"ids": [order.tracking_id], "after": 0}

    first = await subscriptions.follower(operation, variables, READER, 1)
    second = await subscriptions.follower(operation, variables, READER, 1)

    assert (first._after, second._after) == (1, 1)
    assert first._stream is second._stream


async def test_variables_nested_deeper_than_can_be_written_are_refused(follower):
    deep: Any = []
    for _ in range(400):
        deep = [deep]

    with pytest.raises(InvalidOperation) as refused:
        await follower(ALL, READER, filter=deep)

    assert [error_code(error) for error in refused.value.errors] == ["INVALID"]
