"""The size of an answer is limited before anything is read: ten thousand objects of a kind."""

import re

import pytest

from access.viewer import SYSTEM
from engine.sql import statement_builder
from schema.types import changes as types

FITTING = {
    "a full page of full pages": """{ orders(first: 100) { nodes {
      events(first: 100) { nodes { id } }
    } } }""",
    "pages of their usual size": """{ orders { nodes {
      events { nodes { order { events { nodes { id } } } } }
    } } }""",
    "plain lists, five each": """{ orders(first: 100) { nodes {
      shipments { events(first: 20) { nodes { id } } }
    } } }""",
    "much of several kinds": """{ orders(first: 100) { nodes {
      events(first: 100) { nodes { id } } history(first: 100) { nodes { position } }
    } } }""",
    "a page told in two ways": """{ orders(first: 100) { nodes {
      events(first: 100) { nodes { id } edges { node { id } cursor } pageInfo { endCursor } }
    } } }""",
    "what only some kinds of change have": """{ changes(first: 100) { nodes {
      order { events(first: 100) { nodes { id } } }
      ... on TrackingEventRecorded { parcel: shipment { events(first: 100) { nodes { id } } } }
      ... on HealthChanged { shipment { events(first: 100) { nodes { id } } } }
    } } }""",
    "several root fields together": """{
      orders(first: 50) { nodes { events(first: 100) { nodes { id } } } }
      more: orders(first: 50) { nodes { events(first: 100) { nodes { id } } } }
    }""",
    "one thing, over and over": """{ orders(first: 100) { nodes {
      lastEvent { order { lastEvent { order { lastEvent { order { id } } } } } }
    } } }""",
    "a page whose size nobody knows before": """query ($size: Int = 100) { orders(first: $size) {
      nodes { events(first: $size) { nodes { id } } }
    } }""",
}
TOO_MUCH = {
    "a page too large": (
        10_100,
        """{
          orders(first: 100) { nodes { events(first: 100) { nodes { id } } } }
          more: orders(first: 1) { nodes { events(first: 100) { nodes { id } } } }
        }""",
    ),
    "plain lists of pages": (
        10_500,
        """{ orders(first: 100) { nodes {
          shipments { events(first: 21) { nodes { id } } }
        } } }""",
    ),
    "pages under several names": (
        20_000,
        """{ orders(first: 100) { nodes {
          a: events(first: 100) { nodes { id } } b: events(first: 100) { nodes { id } }
        } } }""",
    ),
    "under several names that hold them": (
        12_500,
        """{ orders(first: 50) { nodes {
          a: shipments { events(first: 25) { nodes { id } } }
          b: shipments { events(first: 25) { nodes { id } } }
        } } }""",
    ),
    "root fields under several names": (
        10_100,
        f"{{ {' '.join(f'a{n}: orders(first: 100) {{ nodes {{ id }} }}' for n in range(101))} }}",
    ),
    "lists in a circle": (
        50_000,
        """{ orders(first: 1) { nodes {
          shipments { order { shipments { order { shipments { id } } } } }
        } } }""",
    ),
    "ids": (
        30_000,
        """query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order {
          events(first: 100) { nodes { order { events(first: 100) { nodes { id } } } } }
        } } }""",
    ),
}


@pytest.mark.parametrize("name", FITTING)
async def test_selections_within_the_limit_are_answered(api, name):
    answer = await api.execute(FITTING[name], SYSTEM)

    assert answer.errors == []


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_selections_beyond_the_limit_are_refused_before_reading(api, statements, name):
    most, query = TOO_MUCH[name]
    ids = ["order_01a20789-9a2f-7372-94ba-28d11676b93f"] * 3

    answer = await api.execute(query, SYSTEM, **({"ids": ids} if "$ids" in query else {}))

    refused = answer.errors[-1]
    assert refused["extensions"] == {"code": "LIMIT_EXCEEDED"}
    assert f"may hold {most} objects" in refused["message"]
    assert len(statements) == len(re.findall(r"(?:orders|nodes)\(", query)) - len(answer.errors)


async def test_the_values_of_an_answer_are_limited(api, statements):
    fields = " ".join(f"a{number}: type" for number in range(30))
    query = """query ($first: Int!) { orders(first: $first) { nodes {
      events(first: 100) { nodes { %s } }
    } } }"""

    refused = await api.execute(query % fields, SYSTEM, first=100)
    assert refused.codes == ["LIMIT_EXCEEDED"]
    assert "at most 300000 are given" in refused.errors[0]["message"]
    assert statements == []
    assert (await api.execute(query % fields, SYSTEM, first=80)).errors == []


def histories(count: int, own: str) -> str:
    """Nested histories, each within the changes of the one around it."""
    selection = "id"
    for _ in range(count):
        selection = f"history(first: 1) {{ nodes {{ {own} order {{ {selection} }} }} }}"
    return f"{{ orders {{ nodes {{ {selection} }} }} }}"


async def test_selections_common_to_all_kinds_of_change_are_written_once(
    api, full_order, statements
):
    lengths = []
    for count in range(1, 5):
        statements.clear()
        assert (await api.execute(histories(count, "__typename position"), SYSTEM)).errors == []
        lengths.append(sum(len(statement.text) for statement in statements))

    assert lengths[3] < 2 * lengths[1]


KINDS = [f"... on {kind.__name__} {{ a{n}: position }}" for n, kind in enumerate(types.KINDS)]


async def test_selections_per_kind_of_change_stay_within_the_longest_statement(
    api, full_order, statements
):
    """The selection below a change is repeated in the statement for each kind of change."""
    for count in range(1, 5):
        answer = await api.execute(histories(count, " ".join(KINDS)), SYSTEM)
        assert answer.codes in ([], ["LIMIT_EXCEEDED"])
        assert count > 2 or answer.codes == []

    assert (
        max(len(statement.text) for statement in statements) < statement_builder.MAXIMUM_CHARACTERS
    )
