"""Input types such as we have none of are read as Strawberry does, or refused at the start."""

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
    """Without a default where null may be, and with a scalar that takes anything."""

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

    with pytest.raises(TypeError, match="Perhaps: neither oneOf nor Maybe is known"):
        make_themselves(strawberry.Schema(Query)._schema)


def test_a_type_of_which_one_field_is_said_is_refused_at_the_start():
    @strawberry.input(one_of=True)
    class Either:
        name: str | None = strawberry.UNSET
        number: int | None = strawberry.UNSET

    @strawberry.type
    class Query:
        @strawberry.field
        def field(self, input: Either) -> str:
            return str(input.name)

    with pytest.raises(TypeError, match="Either: neither oneOf nor Maybe is known"):
        make_themselves(strawberry.Schema(Query)._schema)
