"""Impossible values are refused: each mutation names the value, and changes nothing."""

from typing import Any

import pytest

from access.viewer import SYSTEM
from tests.factories.full_orders import FullOrder
from tracking.events import event_limits

CREATE = """mutation ($input: OrderCreateInput!) { orderCreate(input: $input) {
  order { id } userErrors { code message field } } }"""
RECORD = """mutation ($source: String!, $events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: $source, events: $events}) {
    results { outcome userErrors { code message field } } userErrors { code message field }
  } }"""
ITEM = {"sku": "MUG", "name": "Mug", "quantity": 1}
DOOR = {"line1": "Sample Street 1", "city": "Berlin", "country": "DE"}
ORDER: dict[str, Any] = {
    "customer": {"name": "C"},
    "shippingAddress": DOOR,
    "items": [ITEM],
    "currency": "EUR",
}
LONG = "x" * 5000

ORDERS: dict[str, tuple[dict[str, Any], str]] = {
    "no items": ({"items": []}, "items"),
    "no pieces": ({"items": [ITEM | {"quantity": 0}]}, "items.0.quantity"),
    "pieces below none": ({"items": [ITEM, ITEM | {"quantity": -1}]}, "items.1.quantity"),
    "no sku": ({"items": [ITEM | {"sku": ""}]}, "items.0.sku"),
    "too many decimals": ({"items": [ITEM | {"unitPrice": "1.001"}]}, "items.0.unitPrice"),
    "more than all money": ({"items": [ITEM | {"unitPrice": "9" * 30}]}, "items.0.unitPrice"),
    "a line of too much": (
        {"items": [ITEM | {"unitPrice": "10000000000", "quantity": 2}]},
        "items.0",
    ),
    "lines of too much": (
        {"items": [ITEM | {"unitPrice": "10000000000", "quantity": 1}] * 2},
        "items",
    ),
    "a total of too much": ({"total": "10000000000.01"}, "total"),
    "money below none": ({"total": "-0.01"}, "total"),
    "no currency": ({"currency": "EURO"}, "currency"),
    "no e-mail": ({"customer": {"name": "C", "email": "no"}}, "customer.email"),
    "a blank name": ({"customer": {"name": " \t"}}, "customer.name"),
    "a name too long": ({"customer": {"name": LONG}}, "customer.name"),
    "a name with NUL": ({"customer": {"name": "a\0"}}, "customer.name"),
    "a lone surrogate": ({"customer": {"name": "a\ud800"}}, "customer.name"),
    "no language": ({"customer": {"name": "C", "locale": "??"}}, "customer.locale"),
    "no country": ({"shippingAddress": DOOR | {"country": "ZZ"}}, "shippingAddress.country"),
    "no place on earth": (
        {"shippingAddress": DOOR | {"latitude": 90.000001, "longitude": 0.0}},
        "shippingAddress.latitude",
    ),
    "no meridian": (
        {"shippingAddress": DOOR | {"latitude": -90.0, "longitude": -180.1}},
        "shippingAddress.longitude",
    ),
    "half a place": ({"shippingAddress": DOOR | {"longitude": 1.0}}, "shippingAddress"),
    "placed in the future": ({"placedAt": "2999-01-01T00:00:00Z"}, "placedAt"),
    "placed before time": ({"placedAt": "0001-01-01T00:00:00+14:00"}, "placedAt"),
    "promised after time": ({"promisedAt": "9999-12-31T23:59:59-14:00"}, "promisedAt"),
    "placed just before what is kept": ({"placedAt": "2000-01-01T00:59:59+01:00"}, "placedAt"),
    "promised just after what is kept": ({"promisedAt": "2100-01-01T00:00:00Z"}, "promisedAt"),
    "a key with NUL": ({"idempotencyKey": "a\0"}, "idempotencyKey"),
    "an empty reference": ({"reference": ""}, "reference"),
    "empty metadata": ({"metadata": [{"key": "a", "value": ""}]}, "metadata.0.value"),
    "metadata twice": ({"metadata": [{"key": "a", "value": "b"}] * 2}, "metadata"),
}


def assert_refused(errors: list[dict[str, Any]], field: str, code: str = "INVALID") -> None:
    (error,) = errors
    assert error["code"] == code
    assert error["message"]
    assert ".".join(error["field"]) == field


@pytest.mark.parametrize("name", ORDERS)
async def test_an_impossible_order_is_refused(api, name):
    wrong, field = ORDERS[name]

    answer = await api.fetch(CREATE, input=ORDER | wrong)

    assert answer["orderCreate"]["order"] is None
    assert_refused(answer["orderCreate"]["userErrors"], f"input.{field}")
    assert await api.fetch("{ position }") == {"position": 0}


async def test_an_order_has_at_most_200_lines(api):
    answer = await api.fetch(CREATE, input=ORDER | {"items": [ITEM] * 201})

    assert_refused(answer["orderCreate"]["userErrors"], "input.items", "LIMIT_EXCEEDED")


COERCED: dict[str, tuple[dict[str, Any], str]] = {
    "a price as a float": ({"items": [ITEM | {"unitPrice": 1.5}]}, "items[0].unitPrice"),
    "a price that is not a number": ({"total": "NaN"}, "total"),
    "a price with marks for a program": ({"items": [ITEM | {"unitPrice": "1_000"}]}, "unitPrice"),
    "a price in other digits": ({"total": "١٢"}, "total"),
    "a price in powers of ten": ({"total": "1e2"}, "total"),
    "a price between blanks": ({"total": " 12.50 "}, "total"),
    "a price with a comma": ({"total": "12,50"}, "total"),
    **{
        f"the coordinate {text}": (
            {"shippingAddress": DOOR | {"latitude": float(text), "longitude": 0.0}},
            "shippingAddress.latitude",
        )
        for text in ("nan", "inf", "-inf")
    },
    "a time without a zone": ({"placedAt": "2026-01-01T00:00:00"}, "placedAt"),
    "a date": ({"placedAt": "2026-01-01"}, "placedAt"),
    "an unknown way": ({"deliveryMethod": "ROCKET"}, "deliveryMethod"),
    "nothing for what must be": ({"customer": {"name": None}}, "customer.name"),
    "an unknown field": ({"colour": "red"}, "'colour'"),
}


@pytest.mark.parametrize("name", COERCED)
async def test_a_value_of_a_wrong_kind_is_named_where_it_stands(api, name):
    wrong, place = COERCED[name]

    answer = await api.execute(CREATE, SYSTEM, input=ORDER | wrong)

    assert answer.data is None
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert place in answer.errors[0]["message"]


BEGINNING = {"occurredAt": "2026-01-01T00:00:00Z"}
LOCAL: dict[str, Any] = {"occurredAt": None}
BY_NUMBER = {"shipmentId": None, "carrier": "ups"}
EVENTS: dict[str, tuple[dict[str, Any], str]] = {
    "no time": ({"occurredAt": None}, "occurredAt"),
    "two times": ({"localTime": "2026-01-01"}, "occurredAt"),
    "a time in the future": ({"occurredAt": "2999-01-01T00:00:00Z"}, "occurredAt"),
    "no local time": (LOCAL | {"localTime": "noon"}, "localTime"),
    "a local time before time": (
        LOCAL | {"localTime": "0001-01-01T00:00:00", "timeZone": "Asia/Tokyo"},
        "localTime",
    ),
    "a time before what is kept": ({"occurredAt": "1999-12-31T23:59:59Z"}, "occurredAt"),
    "an estimate before what is kept": (
        {"estimate": {"earliest": "1970-01-01T00:00:00Z", "latest": "2026-01-01T00:00:00Z"}},
        "estimate.earliest",
    ),
    "an estimate after what is kept": (
        {"estimate": {"earliest": "2026-01-01T00:00:00Z", "latest": "2100-01-01T00:00:00Z"}},
        "estimate.latest",
    ),
    "no time zone": (
        LOCAL | {"localTime": "2026-01-01T10:00:00", "timeZone": "Mars/Base"},
        "timeZone",
    ),
    "a time zone with NUL": (
        LOCAL | {"localTime": "2026-01-01T10:00:00", "timeZone": "a\0"},
        "timeZone",
    ),
    "no shipment": ({"shipmentId": None}, "shipmentId"),
    "no carrier": ({"shipmentId": None, "carrier": "!", "trackingNumber": "1"}, "carrier"),
    "no number": (BY_NUMBER | {"trackingNumber": "--"}, "trackingNumber"),
    "a number with NUL": (BY_NUMBER | {"trackingNumber": "a\0"}, "trackingNumber"),
    "no country": ({"location": {"country": "ZZ"}}, "location.country"),
    "half a place": ({"location": {"latitude": 1.0}}, "location"),
    "no place on earth": ({"location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
    "no meridian": ({"location": {"latitude": 90, "longitude": 1e300}}, "location.longitude"),
    "a source's id with NUL": ({"sourceEventId": "a\0"}, "sourceEventId"),
    "too long a description": ({"description": LONG}, "description"),
    "an estimate that ends before it begins": (
        {"estimate": {"earliest": "2026-01-02T00:00:00Z", "latest": "2026-01-01T00:00:00Z"}},
        "estimate",
    ),
}


def event(full_order: FullOrder, **values: Any) -> dict[str, Any]:
    return {"shipmentId": full_order.shipment_id, "type": "UNKNOWN"} | BEGINNING | values


async def test_an_impossible_event_does_not_stop_the_others(api, full_order):
    wrong = [event(full_order, **values) for values, _ in EVENTS.values()]

    answer = await api.fetch(RECORD, source="api", events=[*wrong, event(full_order)])

    *refused, good = answer["trackingEventsRecord"]["results"]
    assert good == {"outcome": "RECORDED", "userErrors": []}
    for place, (result, (_, field)) in enumerate(zip(refused, EVENTS.values(), strict=True)):
        assert result["outcome"] == "INVALID"
        assert_refused(result["userErrors"], f"input.events.{place}.{field}")


async def test_an_event_over_a_limit_does_not_stop_the_others(api, full_order, monkeypatch):
    monkeypatch.setattr(event_limits, "MAXIMUM_KEPT", 1)
    by_number = {"carrier": "ups", "trackingNumber": "NOBODYS", "shipmentId": None}
    first, second = (event(full_order, **by_number, type=type_) for type_ in ("LOST", "PICKED_UP"))

    answer = await api.fetch(RECORD, source="api", events=[first, second, event(full_order)])

    kept, refused, good = answer["trackingEventsRecord"]["results"]
    assert (kept["outcome"], good["outcome"]) == ("KEPT", "RECORDED")
    assert (refused["outcome"], answer["trackingEventsRecord"]["userErrors"]) == ("INVALID", [])
    assert refused["userErrors"] == [
        {
            "code": "LIMIT_EXCEEDED",
            "message": (
                "1 events wait for a shipment with this number already: too many to keep another"
                " one of type PICKED_UP. Send it again when a shipment has the number."
            ),
            "field": ["input", "events", "1", "trackingNumber"],
        }
    ]


async def test_a_call_takes_1_to_500_events(api, full_order):
    for events, code in (([], "INVALID"), ([event(full_order)] * 501, "LIMIT_EXCEEDED")):
        answer = await api.fetch(RECORD, source="api", events=events)

        assert answer["trackingEventsRecord"]["results"] == []
        assert_refused(answer["trackingEventsRecord"]["userErrors"], "input.events", code)


async def test_an_unknown_type_of_event_is_named_where_it_stands(api, full_order):
    events = [event(full_order), event(full_order), event(full_order, type="FLEW")]

    answer = await api.execute(RECORD, SYSTEM, source="api", events=events)

    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "[2].type" in answer.errors[0]["message"]


UNKNOWN = {
    'orderConfirm(trackingId: "WA-1")': "trackingId",
    'orderHold(trackingId: "", reason: "x")': "trackingId",
    'shipmentPack(id: "shipment_1")': "id",
    'shipmentCancel(id: "order_01936d2a-0000-7000-8000-000000000000", reason: "x")': "id",
    'trackingEventRetract(id: "\\u0000", reason: "x")': "id",
    'exceptionStart(id: "exception_01936d2a-0000-7000-8000-000000000000")': "id",
}


@pytest.mark.parametrize("call", UNKNOWN)
async def test_an_unknown_id_is_not_found(api, call):
    answer = await api.fetch(f"mutation {{ {call} {{ userErrors {{ code message field }} }} }}")

    (payload,) = answer.values()
    assert_refused(payload["userErrors"], UNKNOWN[call], "NOT_FOUND")


@pytest.mark.parametrize("amount", ["12", "12.5", "12.", ".5", "+12.50", "012.50"])
async def test_an_amount_is_taken_as_people_write_it(api, amount):
    answer = await api.fetch(CREATE, input=ORDER | {"total": amount})

    assert answer["orderCreate"]["userErrors"] == []


LITERALS = """mutation { orderCreate(input: {
  customer: {name: "C"}, shippingAddress: {line1: "Sample Street 1", city: "Berlin", country: "DE"}
  currency: "EUR", items: [{sku: "MUG", name: "Mug", quantity: 1, unitPrice: %s}]
}) { userErrors { message } } }"""


@pytest.mark.parametrize("literal", ['"1_000"', '"١٢"', '"1e2"', "1e2", '" 12.50"', '"12.50 "'])
async def test_an_amount_in_a_document_is_as_strict_as_in_a_variable(api, literal):
    answer = await api.execute(LITERALS % literal, SYSTEM)

    assert answer.data is None
    assert answer.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "12.50" in answer.errors[0]["message"]
