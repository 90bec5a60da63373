"""Arguments that are prepared for an operation are, for each request, those of the library."""

from typing import Any

import pytest
from graphql import GraphQLError, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues, get_argument_values, get_variable_values
from hypothesis import given, settings

from engine.planning import argument_binding
from engine.planning.argument_binding import ArgumentConverter, argument_binder
from errors import Invalid
from models.enums import Health, OrderStatus
from tests.schema.test_arguments import OURS, calls

CONVERSION = ArgumentConverter(OURS.schema_converter.scalar_registry, OURS.config)
ORDERS = """
query($status: [OrderStatus!], $health: [Health!], $since: DateTime, $late: Boolean,
      $sort: OrderOrderField! = PLACED_AT, $first: Int, $other: OrderFilter) {
  orders(first: $first, FILTER)
}
"""
PREPARED = [
    "filter: {status: $status}",
    'filter: {status: $status, country: ["DE", "PT"], isLate: $late, search: null}',
    "filter: {placedAt: {from: $since}, not: {health: $health, or: [{isLate: true}]}}",
    "filter: {status: [PACKED]}, orderBy: {field: $sort, direction: DESC}",
    "filter: $other",
]
LEFT_TO_THE_LIBRARY = [
    "filter: {and: [{status: $status}, {health: $health}]}",
    "filter: {placedAt: {from: $since}, or: [$other]}",
]
VARIABLES: list[dict[str, Any]] = [
    {},
    {"status": ["PACKED", "SHIPPED"], "health": ["STALE"], "late": False, "first": 3},
    {"status": None, "health": [], "since": "2026-03-01T14:05:00Z", "other": {"country": ["DE"]}},
    {"sort": "TOTAL", "since": None, "other": None, "first": None},
]


def definition_of(document: str) -> OperationDefinitionNode:
    (definition,) = parse(document).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


def known(definition: OperationDefinitionNode, said: dict[str, Any]) -> VariableValues | None:
    """None for what is refused before any argument is made."""
    values = get_variable_values(OURS.core, definition.variable_definitions or (), said)
    return values if isinstance(values, VariableValues) else None


def ours(field: Any, node: Any, values: VariableValues) -> Any:
    try:
        return argument_binder(field, node, CONVERSION)(values)
    except Invalid as refusal:
        return str(refusal)
    except GraphQLError as error:
        # The document is not valid: it is refused before it comes to this.
        return error.message


def library(field: Any, node: Any, values: VariableValues) -> Any:
    try:
        return CONVERSION.convert(field, get_argument_values(field, node, values))
    except Exception as error:
        return str(getattr(error, "message", error))


def field_and_node(type_name: str, definition: OperationDefinitionNode) -> tuple[Any, Any]:
    node: Any = definition.selection_set.selections[0]
    type_: Any = OURS.core.type_map[type_name]
    return type_.fields[node.name.value], node


@settings(max_examples=300, deadline=None)
@given(calls())
def test_bound_arguments_are_those_of_the_library(call: tuple[str, str, dict[str, Any]]) -> None:
    type_name, document, said = call
    definition = definition_of(document)
    field, node = field_and_node(type_name, definition)
    values = known(definition, said)
    if values is not None:
        assert ours(field, node, values) == library(field, node, values)


@pytest.mark.parametrize("said", VARIABLES, ids=repr)
@pytest.mark.parametrize("asked", [*PREPARED, *LEFT_TO_THE_LIBRARY])
def test_objects_with_variables_are_those_of_the_library(asked: str, said: dict[str, Any]) -> None:
    definition = definition_of(ORDERS.replace("FILTER", asked))
    field, node = field_and_node("Query", definition)
    values = known(definition, said)

    assert values is not None
    assert ours(field, node, values) == library(field, node, values)


@pytest.mark.parametrize("asked", PREPARED)
def test_a_request_fills_in_its_variables_without_the_library(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = definition_of(ORDERS.replace("FILTER", asked))
    field, node = field_and_node("Query", definition)
    arguments = argument_binder(field, node, CONVERSION)
    values = known(definition, VARIABLES[1])
    assert values is not None
    expected = library(field, node, values)

    monkeypatch.setattr(argument_binding, "get_argument_values", None)

    assert arguments(values) == expected


def test_bound_arguments_have_the_values_of_the_variables() -> None:
    document = ORDERS.replace("FILTER", "filter: {status: $status, not: {health: $health}}")
    definition = definition_of(document)
    field, node = field_and_node("Query", definition)
    values = known(definition, VARIABLES[1])
    assert values is not None

    asked = argument_binder(field, node, CONVERSION)(values)["filter"]

    assert asked.status == [OrderStatus.PACKED, OrderStatus.SHIPPED]
    assert asked.none_of.health == [Health.STALE]
    assert asked.country is None
