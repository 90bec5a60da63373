"""Input types that the product lacks are read as Strawberry does, or refused at the start."""

from typing import Any, NewType

import pytest
import strawberry
from graphql import GraphQLSchema, execute_sync, parse
from graphql.execution.values import VariableValues
from strawberry.schema.config import StrawberryConfig

from engine.input_constructors import install_constructors
from engine.variables import Variables

Thing = NewType("Thing", object)
SCALARS: dict[object, Any] = {
    Thing: strawberry.scalar(name="Thing", parse_value=lambda value: value)
}
QUERY = parse("query($input: Odd!) { echo(input: $input) }")


def build_odd_schema() -> GraphQLSchema:
    """A schema with an input type of a nullable field without default and an untyped scalar."""

    @strawberry.input
    class Odd:
        title: str | None
        things: list[Thing] | None = None

    @strawberry.type
    class Query:
        @strawberry.field
        def echo(self, input: Odd) -> str:
            return repr(input)

    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))._schema


@pytest.mark.parametrize(
    ("value", "is_read"),
    [
        ({}, True),
        ({"title": None}, True),
        ({"title": "a"}, True),
        ({"things": [1, "two", {}]}, True),
        ({"things": [1, None]}, False),
    ],
)
def test_input_types_that_the_product_lacks_are_read_as_strawberry_reads_them(
    value: dict[str, Any], is_read: bool
):
    plain, ours = build_odd_schema(), build_odd_schema()
    install_constructors(ours)
    definition: Any = QUERY.definitions[0]

    answer = execute_sync(plain, QUERY, variable_values={"input": value})
    values: Any = Variables(ours, definition, hides_suggestions=False).coerce({"input": value})

    assert isinstance(values, VariableValues) is is_read
    assert (answer.errors is None) is is_read
    if is_read:
        assert answer.data == {"echo": repr(values.coerced["input"])}


def test_a_type_that_says_maybe_is_refused_at_the_start():
    @strawberry.input
    class Perhaps:
        name: strawberry.Maybe[str]

    @strawberry.type
    class Query:
        @strawberry.field
        def field(self, input: Perhaps) -> str:
            return str(input.name)

    with pytest.raises(TypeError, match="Perhaps: Maybe is not supported"):
        install_constructors(strawberry.Schema(Query)._schema)


def build_either_schema() -> GraphQLSchema:
    @strawberry.input(one_of=True)
    class Either:
        name: str | None = strawberry.UNSET
        number: int | None = strawberry.UNSET

    @strawberry.type
    class Query:
        @strawberry.field
        def echo(self, input: Either) -> str:
            return repr(input)

    return strawberry.Schema(Query)._schema


@pytest.mark.parametrize(
    ("value", "echoed"),
    [
        ({"name": "a"}, "(name='a', number=UNSET)"),
        ({"number": 1}, "(name=UNSET, number=1)"),
        ({}, None),
        ({"name": None}, None),
        ({"name": "a", "number": 1}, None),
    ],
)
def test_exactly_one_field_of_a_one_of_type_is_accepted(value: dict[str, Any], echoed: str | None):
    document = parse("query($input: Either!) { echo(input: $input) }")
    plain, ours = build_either_schema(), build_either_schema()
    install_constructors(ours)
    definition: Any = document.definitions[0]

    answers = [
        execute_sync(schema, document, variable_values={"input": value}) for schema in (plain, ours)
    ]
    values: Any = Variables(ours, definition, hides_suggestions=False).coerce({"input": value})

    assert answers[0] == answers[1]
    assert (answers[1].errors is None) is isinstance(values, VariableValues) is bool(echoed)
    if echoed:
        built = repr(values.coerced["input"])
        assert answers[1].data == {"echo": built}
        assert built.endswith(echoed)
