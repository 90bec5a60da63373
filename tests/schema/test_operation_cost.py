"""The cost of an operation: objects count once, and lists multiply what is inside of them."""

from typing import Any

import pytest

from engine.schema import Schema
from schema.build import build_schema
from tests.documentation import read_page


@pytest.fixture(scope="module")
def schema() -> Schema:
    return build_schema()


def cost(schema: Schema, query: str, **variables: Any) -> int:
    return schema.costs.formula(schema.operations.prepare(query, None), variables).cost(variables)


def looked_up(schema: Schema, query: str, **variables: Any) -> list[str]:
    formula = schema.costs.formula(schema.operations.prepare(query, None), variables)
    return sorted(formula.looked_up.values(variables))


ORDER = 'order(trackingId: "WA")'
DOCUMENTS = {
    "{ position viewer { name } }": 1,
    f"{{ {ORDER} {{ status destination {{ city }} }} }}": 2,
    # A list without a page counts as five.
    f"{{ {ORDER} {{ items {{ sku }} }} }}": 6,
    # A page is as long as it is asked for, or 20; the page itself and its info are free.
    f"{{ {ORDER} {{ events(first: 7) {{ nodes {{ type }} pageInfo {{ endCursor }} }} }} }}": 8,
    f"{{ {ORDER} {{ events(last: 7) {{ edges {{ cursor node {{ type }} }} }} }} }}": 8,
    f"{{ {ORDER} {{ events {{ nodes {{ type }} totalCount }} }} }}": 21,
    "{ orders(first: 10) { nodes { items { sku } } } }": 60,
    "{ orders(first: 10) { nodes { shipments { events(first: 3) { nodes { type } } } } } }": 210,
    # Aggregates: 50 and their groups, whatever is selected of them.
    "{ orderStats { groups { count } } }": 150,
    "{ a: orderStats(first: 5) { asOf } b: orderStats(first: 1) { asOf } }": 106,
    "{ orderForecast(unit: DAY, horizon: 14) { __typename } }": 64,
    '{ nodes(ids: ["a", "b", "c"]) { id } }': 3,
    # Objects of one type are not of another: only the costliest counts.
    '{ node(id: "a") { id ... on Order { items { sku } } ... on Shipment { order { id } } } }': 6,
    # What is selected twice counts once.
    f"{{ {ORDER} {{ ...A ...B }} }} fragment A on Order {{ items {{ sku }} }}"
    " fragment B on Order { items { name } }": 6,
    f"{{ a: {ORDER} {{ status }} b: {ORDER} {{ status }} }}": 2,
    "{ __schema { types { fields { args { name } } } } }": 50,
    "{ __typename }": 0,
    'mutation { orderConfirm(trackingId: "WA") { order { status } userErrors { code } } }': 17,
    "subscription { changes { position } }": 1,
    'subscription { orderChanged(trackingIds: ["a", "b"]) { position order { status } } }': 4,
    f"{{ {ORDER} {{ items @skip(if: true) {{ sku }} destination @include(if: false) {{ city }} }}"
    " }": 1,
}


@pytest.mark.parametrize("query", DOCUMENTS)
def test_the_cost_follows_from_the_document(schema: Schema, query: str) -> None:
    assert cost(schema, query) == DOCUMENTS[query]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, 20),
        ({"first": None}, 20),
        ({"first": 7}, 7),
        ({"first": 0}, 0),
        ({"first": 100.0}, 100),
        ({"first": 1e30}, 1000),
        ({"last": 3}, 3),
        ({"first": 7, "last": 3}, 7),
        # A wrong value counts as none, and one that is refused as the largest there is.
        ({"first": "7"}, 20),
        ({"first": True}, 20),
        ({"first": -5}, 0),
        ({"first": 10**20}, 1000),
    ],
)
def test_variables_tell_the_length_of_a_page(
    schema: Schema, variables: dict[str, Any], expected: int
) -> None:
    query = """query ($first: Int, $last: Int) {
      orders(first: $first, last: $last) { nodes { status } } }"""

    assert cost(schema, query, **variables) == expected


def test_the_default_of_a_variable_counts_if_it_is_left_out(schema: Schema) -> None:
    query = "query ($first: Int = 30) { orders(first: $first) { nodes { status } } }"

    assert cost(schema, query) == 30
    assert cost(schema, query, first=2) == 2


def test_each_id_of_a_list_counts(schema: Schema) -> None:
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    assert cost(schema, query, ids=["a", "b", "c"]) == 3
    assert cost(schema, query, ids="a") == 1
    assert cost(schema, query, ids=["a"] * 5000) == 1000


def test_what_a_directive_leaves_out_costs_nothing(schema: Schema) -> None:
    query = """query ($more: Boolean!) {
      order(trackingId: "WA") { status items @include(if: $more) { sku } } }"""

    assert [cost(schema, query, more=more) for more in (True, False, True)] == [6, 1, 6]
    assert cost(schema, query, more="wrong") == 6


def test_a_document_of_doubling_fragments_is_measured_once_for_each_field(schema: Schema) -> None:
    doubling = " ".join(
        f"fragment F{n} on Order {{ a{n}: shipments {{ order {{ ...F{n + 1} }} }}"
        f" b{n}: shipments {{ order {{ ...F{n + 1} }} }} }}"
        for n in range(5)
    )
    query = f'{{ order(trackingId: "WA") {{ ...F0 }} }} {doubling} fragment F5 on Order {{ id }}'

    assert cost(schema, query) == 1 + sum(10 * 10**n * 2 for n in range(5))


def test_ids_are_looked_up_by_root_fields_in_any_place_of_the_request(schema: Schema) -> None:
    query = """query ($one: ID!, $default: ID! = "d") {
      a: order(trackingId: "a") { status } ...More }
      fragment More on Query {
        order(trackingId: $one) { id } d: order(trackingId: $default) { id } }
    """

    assert looked_up(schema, query, one="b") == ["a", "b", "d"]
    assert looked_up(schema, query, one=7, default="e") == ["7", "a", "e"]
    assert looked_up(schema, query, one=7e1, default=["e", 1.5]) == ["70", "a", "e"]


def test_subscriptions_look_up_all_their_ids(schema: Schema) -> None:
    query = "subscription ($ids: [ID!]!) { orderChanged(trackingIds: $ids) { position } }"

    assert looked_up(schema, query, ids=["a", "b"]) == ["a", "b"]
    assert looked_up(schema, query, ids="a") == ["a"]


def test_the_query_that_is_shown_costs_what_is_said_of_it(schema: Schema) -> None:
    page = read_page("docs/usage.md")
    (query,) = [block for block in page.blocks("graphql") if "query Costs" in block]

    assert f"This costs {cost(schema, query, id='WA'):,}:" in page.text
