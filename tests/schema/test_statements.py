"""What an answer costs: so many statements, however many rows there are."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.schema.world import World, make_world
from tracking.acts import Tracker

READS = {
    "orders, as a list shows them": (
        1,
        "{ orders(first: 30) { nodes { trackingId status health placedAt total { amount } } } }",
    ),
    "orders and how many there are": (2, "{ orders(first: 30) { totalCount nodes { id } } }"),
    "orders with all that belongs to them": (
        12,
        """{ orders(first: 30) { nodes {
          customer { name } shippingAddress { city } items { sku unitPrice { amount } }
          shipments { status items { quantity item { sku } } estimates { latest } }
          exceptions { type notes { body } } lastEvent { type }
        } } }""",
    ),
    "orders, each with pages of its own": (
        8,
        """{ orders(first: 30) { nodes {
          events(first: 5) { totalCount nodes { type } pageInfo { hasNextPage } }
          history(last: 5) { totalCount nodes { position } }
          customer { orders { totalCount nodes { id } } }
        } } }""",
    ),
    "the way back from events to their order": (
        4,
        "{ orders(first: 30) { nodes { events { nodes { order { id } shipment { id } } } } } }",
    ),
    "shipments": (
        5,
        """{ shipments(first: 30) { nodes {
          order { status } lastEvent { type } events { totalCount }
        } } }""",
    ),
    "exceptions": (
        4,
        """{ exceptions(first: 30, filter: {type: [DAMAGED]}) { nodes {
          order { id } shipment { id } openedBy { type }
        } } }""",
    ),
    "the change log": (
        5,
        """{ changes(first: 30) { nodes {
          order { status } ... on TrackingEventRecorded { shipment { status } event { type } }
          ... on ExceptionChanged { exception { status } }
        } } }""",
    ),
    "positions": (3, "{ position orders(first: 30) { nodes { position sequence } } }"),
    "orders as somebody looks for them": (
        1,
        """{ orders(first: 30, filter: {search: "R-", not: {status: [CANCELLED]},
          hasOpenException: true, or: [{carrier: ["ups"]}, {sku: ["MUG"]}]}) { nodes { id } } }""",
    ),
}


@contextmanager
def counted(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The statements that are sent within."""
    statements: list[str] = []
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        yield statements
    sent = (record for record in caplog.records if record.name == "tortoise.db_client")
    statements.extend(record.getMessage() for record in sent)


async def make_worlds(tracker: Tracker, numbers: range) -> list[World]:
    return [
        await make_world(tracker, reference=f"R-{number}", number=f"1Z{number}")
        for number in numbers
    ]


async def test_a_read_costs_the_same_at_one_row_and_at_thirty(api, caplog):
    costs = {}
    for numbers in (range(1), range(1, 30)):
        await make_worlds(api.tracker, numbers)
        for name, (_, query) in READS.items():
            with counted(caplog) as statements:
                await api.data(query)
            costs[name, numbers.stop] = len(statements)

    assert costs == {
        (name, rows): expected for name, (expected, _) in READS.items() for rows in (1, 30)
    }


async def test_nodes_cost_one_statement_for_each_type(api, caplog):
    worlds = await make_worlds(api.tracker, range(10))
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { status } } }"

    for some in (worlds[:1], worlds):
        with counted(caplog) as statements:
            found = await api.data(query, ids=[id_ for world in some for id_ in world.ids])
        assert len(found["nodes"]) == 5 * len(some)
        assert len(statements) == 5


RECORD = """mutation ($events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: "api", events: $events}) {
    results { outcome event { type shipment { status } order { status items { sku } } } }
  }
}"""


async def test_recording_events_costs_the_same_for_one_and_for_thirty(api, caplog):
    world, *_ = await make_worlds(api.tracker, range(1))
    costs = []
    for count in (1, 30):
        events = [
            {
                "shipmentId": world.shipment,
                "type": "UNKNOWN",
                "occurredAt": f"2026-01-{count:02}T00:{minute:02}:00Z",
            }
            for minute in range(count)
        ]
        with counted(caplog) as statements:
            answer = await api.data(RECORD, events=events)
        outcomes = [one["outcome"] for one in answer["trackingEventsRecord"]["results"]]
        assert outcomes == ["RECORDED"] * count
        costs.append(len(statements))

    assert costs[0] == costs[1]


async def test_a_viewer_costs_no_statement(api, caplog):
    with counted(caplog) as statements:
        await api.data("{ viewer { name } }")

    assert statements == []
