"""Pushed changes equal queried ones, and fields that the change itself has are not read again."""

import json
from typing import Any

import pytest

from models.changes import Change
from tests.schema.deliveries import deliveries_to, next_bodies
from tests.schema.viewers import HOLDER, READER

ITSELF = """
  __typename position sequence occurredAt recordedAt actor why: reason
  ... on OrderStatusChanged { previous status }
  ... on ShipmentStatusChanged { before: previous now: status }
  ... on HealthChanged { was: previous health }
  ... on ExceptionChanged { formerly: previous by_now: status }
"""
FOLLOW = """subscription ($ids: [ID!]!) {
  orderChanged(trackingIds: $ids, after: 0) { %s }
}"""
READ = "{ changes(first: 100) { nodes { %s } } }"


async def push(follower: Any, full_order: Any, selection: str, viewer: Any) -> list[Any]:
    """The data and the errors pushed for every change."""
    opened = await follower(FOLLOW % selection, viewer, ids=[full_order.tracking_id])
    async with deliveries_to(opened) as deliveries:
        bodies = await next_bodies(deliveries, await Change.all().count())
    answers = [json.loads(body) for body in bodies]
    return [(answer["data"]["orderChanged"], answer.get("errors")) for answer in answers]


@pytest.mark.parametrize("viewer", [HOLDER, READER], ids=lambda value: value.name)
async def test_fields_of_a_change_itself_equal_those_of_the_database(
    follower, full_order, statements, viewer
):
    pushed_changes = await push(follower, full_order, ITSELF, viewer)
    assert statements == []

    read = await push(follower, full_order, f"{ITSELF} order {{ trackingId }}", viewer)
    assert len(statements) == 1

    for change, _ in read:
        assert change.pop("order") == {"trackingId": full_order.tracking_id}
    assert pushed_changes == read
    assert {change["__typename"] for change, _ in pushed_changes} > {
        "OrderCreated",
        "HealthChanged",
    }


async def test_pushed_changes_equal_queried_ones(api, follower, full_order):
    pushed_changes = await push(follower, full_order, ITSELF, READER)

    assert [change for change, _ in pushed_changes] == (await api.fetch(READ % ITSELF))["changes"][
        "nodes"
    ]
    assert [errors for _, errors in pushed_changes] == [None] * len(pushed_changes)


async def test_related_rows_of_many_changes_are_read_together(follower, full_order, statements):
    selection = "event { type } shipment { id }"

    pushed_changes = await push(
        follower, full_order, f"... on TrackingEventRecorded {{ {selection} }}", READER
    )

    assert len(statements) == 1
    types = [change["event"]["type"] for change, _ in pushed_changes if "event" in change]
    assert types == ["PICKED_UP", "DAMAGED", "DELIVERED"]
