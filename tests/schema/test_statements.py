"""The number of statements of an answer does not depend on the number of rows."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.factories.full_orders import FullOrder, make_full_order
from unit_of_work.unit_of_work import Tracker

READS = {
    "orders, as a list shows them": """{ orders(first: 30) { nodes {
      trackingId status health placedAt total { amount }
    } } }""",
    "orders and how many there are": "{ orders(first: 30) { totalCount nodes { id } } }",
    "orders with all that belongs to them": """{ orders(first: 30) { nodes {
      customer { name } shippingAddress { city } items { sku unitPrice { amount } }
      shipments { status items { quantity item { sku } } estimates { latest } }
      exceptions { type notes { body } } lastEvent { type }
    } } }""",
    "orders, each with pages of its own": """{ orders(first: 30) { nodes {
      events(first: 5) { totalCount nodes { type } pageInfo { hasNextPage } }
      history(last: 5) { totalCount nodes { position } }
      customer { orders { totalCount nodes { id } } }
    } } }""",
    "the way back from events to their order": """{ orders(first: 30) { nodes {
      events { nodes { order { id } shipment { id } } }
    } } }""",
    "shipments": """{ shipments(first: 30) { nodes {
      order { status } lastEvent { type } events { totalCount }
    } } }""",
    "exceptions": """{ exceptions(first: 30, filter: {type: [DAMAGED]}) { nodes {
      order { id } shipment { id } openedBy { type }
    } } }""",
    "the change log": """{ changes(first: 30) { nodes {
      order { status } ... on TrackingEventRecorded { shipment { status } event { type } }
      ... on ExceptionChanged { exception { status } }
    } } }""",
    "positions": "{ orders(first: 30) { nodes { position sequence } } }",
    "orders as somebody looks for them": """{ orders(first: 30, filter: {
      search: "R-", not: {status: [CANCELLED]}, hasOpenException: true
      or: [{carrier: ["ups"]}, {sku: ["MUG"]}]
    }) { nodes { id } } }""",
}


@contextmanager
def recorded_statements(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Records the statements that are sent within the block."""
    statements: list[str] = []
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        yield statements
    sent = (record for record in caplog.records if record.name == "tortoise.db_client")
    statements.extend(record.getMessage() for record in sent)


async def make_full_orders(tracker: Tracker, numbers: range) -> list[FullOrder]:
    return [
        await make_full_order(tracker, reference=f"R-{number}", number=f"1Z{number}")
        for number in numbers
    ]


async def test_a_read_costs_one_statement_at_one_row_and_at_thirty(api, caplog):
    costs = {}
    for numbers in (range(1), range(1, 30)):
        await make_full_orders(api.tracker, numbers)
        for name, query in READS.items():
            with recorded_statements(caplog) as statements:
                await api.fetch(query)
            costs[name, numbers.stop] = len(statements)

    assert costs == {(name, rows): 1 for name in READS for rows in (1, 30)}


async def test_each_root_field_costs_one_statement_and_the_position_another(api, caplog):
    await make_full_orders(api.tracker, range(2))
    lists = "orders { totalCount } shipments { totalCount } exceptions { totalCount }"

    costs = []
    for query in (f"{{ {lists} }}", f"{{ {lists} position }}", "{ position again: position }"):
        with recorded_statements(caplog) as statements:
            await api.fetch(query)
        costs.append(len(statements))

    assert costs == [3, 4, 1]


async def test_nodes_of_all_types_cost_one_statement(api, caplog):
    full_orders = await make_full_orders(api.tracker, range(10))
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { status } } }"

    for chosen in (full_orders[:1], full_orders):
        with recorded_statements(caplog) as statements:
            data = await api.fetch(
                query, ids=[id_ for full_order in chosen for id_ in full_order.node_ids]
            )
        assert len(data["nodes"]) == 6 * len(chosen)
        assert len(statements) == 1


RECORD = """mutation ($events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: "api", events: $events}) { results { outcome %s } }
}"""
RECORDED = "event { type shipment { status } order { status items { sku } } }"


async def test_recording_events_costs_the_same_for_one_and_for_thirty(api, caplog):
    """One statement reads what is selected of all recorded events."""
    full_order, *_ = await make_full_orders(api.tracker, range(1))
    costs = {}
    for day, (count, selection) in enumerate(((1, ""), (30, ""), (1, RECORDED), (30, RECORDED))):
        events = [
            {
                "shipmentId": full_order.shipment_id,
                "type": "UNKNOWN",
                "occurredAt": f"2026-01-{day + 1:02}T00:{minute:02}:00Z",
            }
            for minute in range(count)
        ]
        with recorded_statements(caplog) as statements:
            answer = await api.fetch(RECORD % selection, events=events)
        outcomes = [result["outcome"] for result in answer["trackingEventsRecord"]["results"]]
        assert outcomes == ["RECORDED"] * count
        costs[count, selection] = len(statements)

    recording = costs[1, ""]
    assert costs == {
        (1, ""): recording,
        (30, ""): recording,
        (1, RECORDED): recording + 1,
        (30, RECORDED): recording + 1,
    }


async def test_a_viewer_costs_no_statement(api, caplog):
    with recorded_statements(caplog) as statements:
        await api.fetch("{ viewer { name } }")

    assert statements == []
