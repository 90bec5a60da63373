"""Input types that the product lacks are read as Strawberry does, or refused at the start."""

from typing import Any, NewType

import pytest
import strawberry
from graphql import GraphQLSchema, execute_sync, parse
from graphql.execution.values import VariableValues
from strawberry.schema.config import StrawberryConfig

from schema.arguments import make_themselves
from schema.variables import Variables

Thing = NewType("Thing", object)
SCALARS: dict[object, Any] = {
    Thing: strawberry.scalar(name="Thing", parse_value=lambda value: value)
}
TOLD = parse("query($input: Odd!) { told(input: $input) }")


def schema_of_odd() -> GraphQLSchema:
    """A schema with an input type of a nullable field without default and an untyped scalar."""

    @strawberry.input
    class Odd:
        title: str | None
        things: list[Thing] | None = None

    @strawberry.type
    class Query:
        @strawberry.field
        def told(self, input: Odd) -> str:
            return repr(input)

    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map=SCALARS))._schema


@pytest.mark.parametrize(
    ("said", "is_read"),
    [
        ({}, True),
        ({"title": None}, True),
        ({"title": "a"}, True),
        ({"things": [1, "two", {}]}, True),
        ({"things": [1, None]}, False),
    ],
)
def test_what_no_input_of_ours_has_is_read_alike(said: dict[str, Any], is_read: bool):
    plain, ours = schema_of_odd(), schema_of_odd()
    make_themselves(ours)
    definition: Any = TOLD.definitions[0]

    answer = execute_sync(plain, TOLD, variable_values={"input": said})
    values: Any = Variables(ours, definition, hides_suggestions=False).values({"input": said})

    assert isinstance(values, VariableValues) is is_read
    assert (answer.errors is None) is is_read
    if is_read:
        assert answer.data == {"told": repr(values.coerced["input"])}


def test_a_type_that_says_maybe_is_refused_at_the_start():
    @strawberry.input
    class Perhaps:
        name: strawberry.Maybe[str]

    @strawberry.type
    class Query:
        @strawberry.field
        def field(self, input: Perhaps) -> str:
            return str(input.name)

    with pytest.raises(TypeError, match="Perhaps: Maybe is not known"):
        make_themselves(strawberry.Schema(Query)._schema)


def schema_of_either() -> GraphQLSchema:
    @strawberry.input(one_of=True)
    class Either:
        name: str | None = strawberry.UNSET
        number: int | None = strawberry.UNSET

    @strawberry.type
    class Query:
        @strawberry.field
        def told(self, input: Either) -> str:
            return repr(input)

    return strawberry.Schema(Query)._schema


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"name": "a"}, "(name='a', number=UNSET)"),
        ({"number": 1}, "(name=UNSET, number=1)"),
        ({}, None),
        ({"name": None}, None),
        ({"name": "a", "number": 1}, None),
    ],
)
def test_one_is_said_of_a_type_of_which_one_is_to_be_said(said: dict[str, Any], told: str | None):
    document = parse("query($input: Either!) { told(input: $input) }")
    plain, ours = schema_of_either(), schema_of_either()
    make_themselves(ours)
    definition: Any = document.definitions[0]

    answers = [
        execute_sync(one, document, variable_values={"input": said}) for one in (plain, ours)
    ]
    values: Any = Variables(ours, definition, hides_suggestions=False).values({"input": said})

    assert answers[0] == answers[1]
    assert (answers[1].errors is None) is isinstance(values, VariableValues) is bool(told)
    if told:
        made = repr(values.coerced["input"])
        assert answers[1].data == {"told": made}
        assert made.endswith(told)
