"""The lengths of texts that the schema states are those that commands enforce."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from graphql import GraphQLInputObjectType, GraphQLString, get_named_type, is_list_type
from graphql.type import get_nullable_type

from models.enums import TrackingEventType as Type
from models.shipments import CARRIER_LENGTH, NUMBER_LENGTH
from schema.build import build_schema
from tests.factories.acts import (
    make_dispatched_shipment_id,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import build_event_draft
from tests.factories.full_orders import FullOrder
from tests.schema.api import Api

SCHEMA = build_schema().core
TYPES: dict[str, Any] = dict(SCHEMA.type_map)
LIMIT = re.compile(r"The text has 1 to ([\d,]+) characters\.")
TIME = "2026-01-01T00:00:00Z"
ESTIMATE = {"earliest": TIME, "latest": TIME, "reason": "a"}
PLACE = {"name": "a", "city": "a", "region": "a", "postalCode": "1"}
CUSTOMER = {"externalId": "a", "name": "a", "email": "a@example.com", "phone": "1", "locale": "en"}
ADDRESS = {
    **PLACE,
    **{"company": "a", "line1": "a", "line2": "a", "country": "DE", "phone": "1"},
}
METADATA = [{"key": "a", "value": "a"}]
EVENT = {
    **{"carrier": "ups", "trackingNumber": "1", "type": "IN_TRANSIT", "occurredAt": TIME},
    **{"sourceEventId": "a", "retracts": "b", "description": "a", "carrierCode": "a"},
    **{"signedBy": "a", "location": PLACE, "estimate": ESTIMATE},
}
ORDER = {
    **{"idempotencyKey": "a", "reference": "a", "customer": CUSTOMER},
    **{"shippingAddress": ADDRESS, "metadata": METADATA},
    "items": [{"sku": "a", "name": "a", "quantity": 1}],
}
DISPATCH = {"carrier": "ups", "trackingNumber": "1", "service": "a"}

KEPT = {"carrier": "dhl", "trackingNumber": "1", "reason": "a"}


class Targets(NamedTuple):
    """The objects that the commands act on, in states in which they would succeed."""

    pending: str
    """The tracking id of an order without shipments."""
    packed: str
    """The id of a shipment that has not left."""
    dispatched: str
    """The id of a shipment that has left, and not arrived."""
    event: str
    exception: str


@pytest.fixture
async def targets(api: Api, full_order: FullOrder) -> Targets:
    pending, packed, sent = [
        await make_order(api.tracker, reference=f"R-{number}") for number in range(3)
    ]
    shipment = await make_shipment(api.tracker, packed)
    for carrier, number in (
        ("dhl", "1"),
        ("dhl", "x" * NUMBER_LENGTH),
        ("x" * CARRIER_LENGTH, "1"),
    ):
        draft = build_event_draft(Type.IN_TRANSIT, carrier=carrier, tracking_number=number)
        await make_events(api.tracker, draft)
    return Targets(
        pending.tracking_id,
        shipment_node_id(shipment.id),
        await make_dispatched_shipment_id(api.tracker, sent, "1Z999AA2"),
        full_order.event_id,
        full_order.exception_id,
    )


def commands(targets: Targets) -> dict[str, dict[str, Any]]:
    """The arguments of every command that takes a limited text, with every such text."""
    tracking_id, exception = targets.pending, targets.exception
    return {
        "orderCreate": {"input": ORDER},
        "orderHold": {"trackingId": tracking_id, "reason": "a"},
        "orderCancel": {"trackingId": tracking_id, "reason": "a"},
        "orderAmend": {
            "trackingId": tracking_id,
            "input": {name: ORDER[name] for name in ("customer", "shippingAddress", "metadata")},
        },
        "shipmentCreate": {
            "trackingId": tracking_id,
            "input": {"carrier": "ups", "service": "a", "origin": PLACE, "idempotencyKey": "a"},
        },
        "shipmentDispatch": {"id": targets.packed, "input": {**DISPATCH, "estimate": ESTIMATE}},
        "shipmentAmend": {"id": targets.dispatched, "input": DISPATCH},
        "shipmentEstimate": {"id": targets.dispatched, "estimate": ESTIMATE},
        "shipmentCancel": {"id": targets.packed, "reason": "a"},
        "trackingEventsRecord": {"input": {"source": "a", "events": [EVENT]}},
        "trackingEventRetract": {"id": targets.event, "reason": "a"},
        "keptNumberAssign": {**KEPT, "shipmentId": targets.packed},
        "keptNumberDiscard": KEPT,
        "exceptionOpen": {
            "trackingId": tracking_id,
            "input": {"idempotencyKey": "a", "type": "OTHER", "summary": "a"},
        },
        "exceptionAssign": {"id": exception, "assignee": "a"},
        "exceptionResolve": {"id": exception, "resolution": "CLEARED", "note": "a"},
        "exceptionDismiss": {"id": exception, "reason": "a"},
        "exceptionReopen": {"id": exception, "reason": "a"},
        "apiKeyCreate": {"name": "a", "scopes": ["ORDERS_READ"]},
        "trackingLinkCreate": {"reference": "a", "postalCode": "a", "email": "a"},
        "trackingLinksRevoke": {"trackingId": tracking_id, "reason": "a"},
        "exceptionNoteAdd": {"id": exception, "body": "a", "idempotencyKey": "a"},
    }


class Text(NamedTuple):
    """A limited text: where the schema declares it, and where it stands in the arguments."""

    place: str
    path: tuple[str, ...]
    longest: int


def texts(
    owner: str, members: Mapping[str, Any], values: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[Text]:
    for name, value in values.items():
        member, here = members[name], (*path, name)
        if limit := LIMIT.search(member.description or ""):
            yield Text(f"{owner}.{name}", here, int(limit[1].replace(",", "")))
        type_ = get_named_type(member.type)
        if isinstance(type_, GraphQLInputObjectType):
            is_list = is_list_type(get_nullable_type(member.type))
            inner, inside = (value[0], (*here, "0")) if is_list else (value, here)
            yield from texts(type_.name, type_.fields, inner, inside)


def replaced(value: Any, path: tuple[str, ...], text: str) -> Any:
    """The value with another text at the path."""
    if not path:
        return text
    step, *rest = path
    if isinstance(value, list):
        return [replaced(value[int(step)], tuple(rest), text)]
    return {**value, step: replaced(value[step], tuple(rest), text)}


async def errors_of(api: Api, command: str, arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    field = TYPES["Mutation"].fields[command]
    declared = ", ".join(f"${name}: {field.args[name].type}" for name in arguments)
    passed = ", ".join(f"{name}: ${name}" for name in arguments)
    errors = "userErrors { code message field }"
    selection = f"{errors} results {{ {errors} }}" if "Events" in command else errors
    query = f"mutation ({declared}) {{ {command}({passed}) {{ {selection} }} }}"
    payload = (await api.fetch(query, **arguments))[command]
    results = payload.get("results", ())
    return [*payload["userErrors"], *(error for one in results for error in one["userErrors"])]


def codes_of(errors: list[dict[str, Any]]) -> list[tuple[str, tuple[str, ...]]]:
    return [(error["code"], tuple(error["field"] or ())) for error in errors]


async def test_commands_refuse_texts_longer_than_the_schema_says(api: Api, targets: Targets):
    fields = TYPES["Mutation"].fields
    allowed = {}
    for command, arguments in commands(targets).items():
        for text in texts(command, fields[command].args, arguments):
            longer = replaced(arguments, text.path, "x" * (text.longest + 1))
            errors = await errors_of(api, command, longer)
            if codes_of(errors) != [("INVALID", text.path)]:
                allowed[command, text.path] = errors

    assert allowed == {}


async def test_commands_take_texts_as_long_as_the_schema_says(api: Api, targets: Targets):
    fields = TYPES["Mutation"].fields
    formed = ("email", "locale")
    refused = {}
    for command, arguments in commands(targets).items():
        for text in texts(command, fields[command].args, arguments):
            if text.path[-1] not in formed:
                longest = replaced(arguments, text.path, "x" * text.longest)
                errors = await errors_of(api, command, longest)
                if ("INVALID", text.path) in codes_of(errors):
                    refused[command, text.path] = errors

    assert refused == {}


FORMED = {"carriers", "country", "currency", "localTime", "timeZone"}
"""Texts that have a form of their own, of which a limit would say nothing."""


def test_every_text_of_a_command_says_its_limit():
    """And the commands above have every text with a limit."""
    targets = Targets(*"abcde")
    fields = TYPES["Mutation"].fields
    tried = {
        text.place
        for command, arguments in commands(targets).items()
        for text in texts(command, fields[command].args, arguments)
    }
    inputs = {
        name: type_.fields
        for name, type_ in TYPES.items()
        if isinstance(type_, GraphQLInputObjectType) and name.endswith("Input")
    }
    owners = inputs | {name: field.args for name, field in fields.items()}
    written = {
        f"{owner}.{name}"
        for owner, members in owners.items()
        for name, member in members.items()
        if get_named_type(member.type) is GraphQLString and name not in FORMED
    }

    assert written == tried
