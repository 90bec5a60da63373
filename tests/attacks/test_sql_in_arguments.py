"""SQL in any argument is a text like any other: it finds, changes and breaks nothing."""

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, get_named_type

from access.viewer import SYSTEM
from engine.schema import Schema
from models.changes import Change
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment
from schema.build import build_schema
from subscriptions.feed import Feed
from subscriptions.transport import open_transport
from tests.attacks.argument_places import arguments_with, places_of
from tests.attacks.hostile_texts import HARMLESS, HOSTILE, REFUSALS
from tests.factories.full_orders import FullOrder, make_full_order
from tests.schema.api import Answer, Api
from unit_of_work.unit_of_work import Tracker

LIBRARY_SCHEMA = build_schema()._schema
QUERY, MUTATION = LIBRARY_SCHEMA.query_type, LIBRARY_SCHEMA.mutation_type
assert QUERY
assert MUTATION
SELECTIONS = {
    "Viewer": "name",
    "OrderForecast": "asOf",
    "ChangeConnection": "nodes { position }",
    "KeptNumberConnection": "nodes { trackingNumber }",
    **dict.fromkeys(("OrderStats", "ShipmentStats", "ExceptionStats"), "groups { count }"),
    **dict.fromkeys(
        ("OrderConnection", "ShipmentConnection", "OrderExceptionConnection"),
        "totalCount nodes { id }",
    ),
}
"""What is selected of a root field's answer, by its type; of another type, the id."""
SAMPLES: dict[str, Any] = {
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "DateTime": "2026-01-01T00:00:00Z",
    "Decimal": "1.00",
    "Position": 0,
}
WORDS = {
    "currency": "EUR",
    "country": "DE",
    "carrier": "ups",
    "timeZone": "UTC",
    "email": "a@b.example",
}
"""Texts that an argument of this name needs."""


@pytest.fixture
async def api(db: str) -> Any:
    async with Feed(open_transport("memory://")) as feed:
        schema: Schema = build_schema()
        yield Api(schema, Tracker(announce=feed.announce), feed)


@pytest.fixture
async def full_order(api: Api) -> FullOrder:
    return await make_full_order(api.tracker)


@pytest.fixture
async def witness(api: Api) -> FullOrder:
    """An order that no request names."""
    return await make_full_order(api.tracker, reference="WITNESS", number="1ZWITNESS")


def sample_for(mutation: str, order: FullOrder) -> Any:
    """A function that returns valid values, which name what belongs to the order."""
    ids = {"tracking": order.event_id, "shipment": order.shipment_id, "customer": order.customer_id}
    own = next((id_ for word, id_ in ids.items() if mutation.startswith(word)), order.exception_id)

    def sample(type_: str, name: str) -> Any:
        if type_ == "ID":
            known = {"trackingId": order.tracking_id, "shipmentId": order.shipment_id}
            return known.get(name, own)
        return SAMPLES.get(type_, WORDS.get(name, "a text"))

    return sample


def document(kind: str, name: str, field: GraphQLField) -> str:
    declared = ", ".join(f"${one}: {argument.type}" for one, argument in field.args.items())
    passed = ", ".join(f"{one}: ${one}" for one in field.args)
    type_ = get_named_type(field.type)
    selection = "userErrors { code }" if kind == "mutation" else SELECTIONS.get(type_.name, "id")
    assert isinstance(type_, GraphQLObjectType) or selection == "id"
    return f"{kind} ({declared}) {{ {name}({passed}) {{ {selection} }} }}"


def with_arguments(root: GraphQLObjectType) -> list[str]:
    return [name for name, field in root.fields.items() if [*places_of(field)]]


def is_refused(answer: Answer) -> bool:
    return bool(answer.codes) and set(answer.codes) <= REFUSALS


@pytest.mark.parametrize("name", with_arguments(QUERY))
async def test_sql_in_an_argument_of_a_query_finds_no_row(
    api: Api, full_order: FullOrder, name: str
) -> None:
    assert QUERY
    field = QUERY.fields[name]
    query, sample = document("query", name, field), sample_for(name, full_order)
    for place in places_of(field):
        expected = await api.execute(
            query, SYSTEM, **arguments_with(field, place, HARMLESS, sample)
        )
        assert expected.errors == [] or is_refused(expected), (place, expected)
        for text in HOSTILE:
            arguments = arguments_with(field, place, text, sample)
            answer = await api.execute(query, SYSTEM, **arguments)
            assert is_refused(answer) or answer == expected, (str(place), text, answer)


@pytest.mark.parametrize("name", with_arguments(MUTATION))
async def test_sql_in_an_argument_of_a_mutation_changes_nothing_of_others(
    api: Api, full_order: FullOrder, witness: FullOrder, name: str
) -> None:
    assert MUTATION
    field = MUTATION.fields[name]
    query, sample = document("mutation", name, field), sample_for(name, full_order)
    before = await rows_of(witness)
    for place in places_of(field):
        for text in HOSTILE:
            arguments = arguments_with(field, place, text, sample)
            answer = await api.execute(query, SYSTEM, **arguments)
            assert answer.errors == [] or is_refused(answer), (str(place), text, answer)

    assert await rows_of(witness) == before


async def rows_of(order: FullOrder) -> Any:
    """What the order and all that belongs to it have in the database."""
    found = await Order.get(tracking_id=order.tracking_id)
    parts: list[Any] = [found, await found.customer, await Address.get(order_id=found.id)]
    for model in (OrderItem, Shipment, TrackingEvent, OrderException, Change):
        parts += sorted(await model.filter(order_id=found.id), key=lambda part: str(part.pk))
    return [dict(part) for part in parts]


@pytest.mark.parametrize("text", HOSTILE[:-1])
async def test_sql_in_the_texts_of_an_order_is_kept_as_it_was_sent(api: Api, text: str) -> None:
    order = {
        "idempotencyKey": text,
        "reference": text,
        "currency": "EUR",
        "customer": {"name": text, "email": "customer1@example.com", "externalId": text},
        "shippingAddress": {"line1": text, "city": text, "country": "DE"},
        "items": [{"sku": text, "name": text, "quantity": 1, "unitPrice": "1.00"}],
        "metadata": [{"key": text, "value": text}],
    }

    created = await api.fetch(CREATE, input=order)
    found = await api.fetch(FIND, reference=text)

    expected = {
        "reference": text,
        "customer": {"name": text},
        "shippingAddress": {"line1": text, "city": text},
        "items": [{"sku": text, "name": text}],
        "metadata": [{"key": text, "value": text}],
    }
    assert created == {"orderCreate": {"order": expected, "userErrors": []}}
    assert found == {"orders": {"nodes": [expected]}}


STORED = (
    "reference customer { name } shippingAddress { line1 city }"
    " items { sku name } metadata { key value }"
)
CREATE = (
    "mutation ($input: OrderCreateInput!) {"
    f" orderCreate(input: $input) {{ order {{ {STORED} }} userErrors {{ code message field }} }} }}"
)
FIND = (
    "query ($reference: String!) {"
    f" orders(filter: {{ reference: [$reference] }}) {{ nodes {{ {STORED} }} }} }}"
)
