"""Resolvers receive the arguments that Strawberry would pass, and mistakes the same messages."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    OperationDefinitionNode,
    Undefined,
    get_nullable_type,
    parse,
)
from graphql.execution.values import get_argument_values, get_variable_values
from hypothesis import given
from hypothesis import strategies as st
from strawberry.types.arguments import convert_arguments

from database.time_buckets import Weekday
from engine import schema
from engine.input_coercion import FallbackToLibrary
from engine.schema import Schema
from engine.variables import MAXIMUM_ERRORS, Variables
from models.enums import (
    DeliveryMethod,
    EventClassifier,
    OrderStatus,
    TimePrecision,
    TrackingEventType,
)
from schema.build import build_schema
from tests.profiles import examples
from tests.schema.input_strategies import values_for
from tracking.inputs import EventBatch, EventDraft, LocationDraft, OrderAmendment
from tracking.inputs.unchanged import UNCHANGED

with pytest.MonkeyPatch.context() as patched:
    patched.setattr(schema, "install_constructors", lambda core: None)
    PLAIN = build_schema()
OURS = build_schema()
TYPES = [*OURS.core.type_map.values()]
INPUTS = [type_ for type_ in TYPES if isinstance(type_, GraphQLInputObjectType)]
EVENTS = """
mutation($source: String!, $events: [TrackingEventInput!]!) {
  trackingEventsRecord(input: {source: $source, events: $events})
}
"""
AMEND = "mutation($input: OrderAmendInput!) { orderAmend(trackingId: 7, input: $input) }"
ORDERS = "query($filter: OrderFilter) { orders(filter: $filter) }"
FIELDS = [
    (type_.name, name)
    for type_ in TYPES
    if isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__")
    for name, field in type_.fields.items()
    if field.args
]


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """Triples of a type, an operation that passes arguments to a field of it, and its variables."""
    type_name, field_name = draw(st.sampled_from(FIELDS))
    types: dict[str, Any] = {"unused": "Int = 3"}
    variables: dict[str, Any] = {}
    passed = []
    for name, argument in _field(OURS, type_name, field_name).args.items():
        value, type_ = draw(values_for(argument.type)), get_nullable_type(argument.type)
        if _can_be_split(value, type_) and draw(st.booleans()):
            variable_of = {key: f"{name}_{key}" for key in value}
            inner = ", ".join(f"{key}: ${variable}" for key, variable in variable_of.items())
            passed.append(f"{name}: {{{inner}}}")
            types |= {variable: type_.fields[key].type for key, variable in variable_of.items()}
            variables |= {variable_of[key]: field_value for key, field_value in value.items()}
        else:
            passed.append(f"{name}: ${name}")
            types[name] = argument.type
            variables |= {name: value} if value is not None or draw(st.booleans()) else {}
    declared = " ".join(f"${name}: {type_}" for name, type_ in types.items())
    return type_name, f"query({declared}) {{ {field_name}({', '.join(passed)}) }}", variables


def _can_be_split(value: Any, type_: Any) -> bool:
    """Whether the value is an object of known fields, which can each become a variable."""
    is_object = isinstance(value, dict) and isinstance(type_, GraphQLInputObjectType)
    return is_object and value.keys() <= type_.fields.keys()


def _field(schema: Schema, type_name: str, field_name: str) -> Any:
    type_: Any = schema.core.type_map[type_name]
    return type_.fields[field_name]


@examples(500)
@given(calls())
def test_arguments_are_those_that_strawberry_passes(call: tuple[str, str, dict[str, Any]]):
    assert arguments_of_product(*call) == arguments_of_strawberry(*call)


def arguments_of_product(type_name: str, document: str, variables: dict[str, Any]) -> Any:
    definition = _definition(document)
    values = Variables(OURS.core, definition, hides_suggestions=False).coerce(variables)
    return _arguments(OURS, type_name, definition, values)


def arguments_of_strawberry(type_name: str, document: str, variables: dict[str, Any]) -> Any:
    definition = _definition(document)
    values = get_variable_values(
        PLAIN.core, definition.variable_definitions or (), variables, MAXIMUM_ERRORS
    )
    with _strawberry_builds_inputs():
        return _arguments(PLAIN, type_name, definition, values)


def _definition(document: str) -> OperationDefinitionNode:
    (definition,) = parse(document).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


def _arguments(
    schema: Schema, type_name: str, definition: OperationDefinitionNode, values: Any
) -> Any:
    """The arguments by name, or the message of the error."""
    if isinstance(values, list):
        return [_comparable_error(error) for error in values]
    node: Any = definition.selection_set.selections[0]
    field = _field(schema, type_name, node.name.value)
    try:
        values_by_name = get_argument_values(field, node, values)
    except GraphQLError as error:
        return _comparable_error(error)
    declared = field.extensions["strawberry-definition"].arguments
    scalars = schema.schema_converter.scalar_registry
    arguments = convert_arguments(values_by_name, declared, scalars, schema.config)
    return arguments, values.coerced.keys(), values.coerced.get("unused")


def _comparable_error(error: GraphQLError) -> Any:
    return error.message, error.locations, error.path, type(error.original_error)


@contextmanager
def _strawberry_builds_inputs() -> Iterator[None]:
    """Lets Strawberry build the input objects itself, without the product's builders."""
    definitions = [type_.extensions["strawberry-definition"] for type_ in INPUTS]
    with pytest.MonkeyPatch.context() as patch:
        for definition in definitions:
            patch.setattr(definition, "from_input", None)
        yield


def test_a_batch_of_events_is_built_of_the_input_classes():
    event = {
        "type": "PICKED_UP",
        "occurredAt": "2026-03-01T14:05:00.1234567Z",
        "location": {"city": "Leipzig", "latitude": 51},
        "description": None,
    }

    arguments, *_ = arguments_of_product(
        "Mutation", EVENTS, {"source": "a carrier", "events": [event]}
    )

    made = EventDraft(
        type=TrackingEventType.PICKED_UP,
        occurred_at=datetime(2026, 3, 1, 14, 5, 0, 123456, tzinfo=UTC),
        location=LocationDraft(city="Leipzig", latitude=51.0),
    )
    assert arguments == {"input": EventBatch(source="a carrier", events=[made])}


@pytest.mark.parametrize(("said_", "promised_at"), [({}, UNCHANGED), ({"promisedAt": None}, None)])
def test_an_omitted_field_is_not_a_null(said_: dict[str, Any], promised_at: Any):
    arguments, *_ = arguments_of_product("Mutation", AMEND, {"input": said_})

    assert arguments["input"] == OrderAmendment(promised_at=promised_at)


@pytest.mark.parametrize(
    ("document", "variables", "is_read"),
    [
        (EVENTS, {"source": "a", "events": [{"type": "LOST"}] * 3}, True),
        (EVENTS, {"source": "a", "events": [{"type": "LOST"}, {"type": "FOUND"}]}, False),
        (EVENTS, {"source": "a", "events": {"type": "LOST"}}, False),
        (EVENTS, {"source": "a", "events": [{"source": "b"}]}, False),
        (EVENTS, {"source": "a", "events": [{}]}, False),
        (EVENTS, {"events": []}, False),
        (AMEND, {"input": {"metadata": [{"key": "a", "value": "b"}]}}, True),
        (ORDERS, {"filter": {"status": ["PENDING"], "placedAt": {"from": None}}}, True),
        (ORDERS, {"filter": {"country": "DE"}}, False),
        (ORDERS, {"filter": {"not": {"status": ["PENDING"]}}}, False),
        (ORDERS, {}, True),
    ],
)
def test_only_valid_values_are_read_without_strawberry(
    document: str, variables: dict[str, Any], is_read: bool
):
    reading = Variables(OURS.core, _definition(document), hides_suggestions=False)

    with nullcontext() if is_read else pytest.raises((FallbackToLibrary, KeyError)):
        reading.read(variables)


@pytest.mark.parametrize("depth", [3, 300, 100_000])
def test_a_type_that_holds_itself_is_no_deeper_than_the_library_allows(depth: int):
    filter_: dict[str, Any] = {"isLate": True}
    for _ in range(depth):
        filter_ = {"not": filter_}

    assert arguments_of_product("Query", ORDERS, {"filter": filter_}) == arguments_of_strawberry(
        "Query", ORDERS, {"filter": filter_}
    )


def test_no_default_is_a_mutable_object():
    defaults = [field.default_value for type_ in INPUTS for field in type_.fields.values()]

    assert {type(default) for default in defaults if default is not Undefined} == {
        type(None),
        bool,
        str,
        DeliveryMethod,
        EventClassifier,
        TimePrecision,
        Weekday,
    }


def test_nobody_shares_a_default():
    document = "query($status: [OrderStatus!] = [PENDING]) { orders(filter: {status: $status}) }"
    variables = Variables(OURS.core, _definition(document), hides_suggestions=False)

    read: list[Any] = [variables.coerce({}) for _ in range(2)]

    assert [one.coerced["status"] for one in read] == [[OrderStatus.PENDING]] * 2
    assert read[0].coerced["status"] is not read[1].coerced["status"]
