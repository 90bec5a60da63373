"""No input makes a mutation fail with an internal error."""

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_required_input_field,
)
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from schema.build import build_schema
from tests.factories.full_orders import NUMBER, FullOrder
from tests.profiles import examples
from tests.schema.api import Api

ROOT = build_schema()._schema.mutation_type
assert ROOT
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
"""A strategy for any JSON value."""
KNOWN = ["@tracking_id", "@order_id", "@shipment_id", "@event_id", "@exception_id"]
"""Placeholders for the ids of the order that the mutation acts on."""
WORDS = ["ups", NUMBER, "EUR", "DE", "en", "a@b.example", "Europe/Berlin", "2026-01-01T10:00:00"]
TEXTS = st.sampled_from([*KNOWN, *WORDS, "", " ", "\0", "ß" * 5000, "%_\\"]) | st.text(max_size=20)
TIMES = st.datetimes().map(lambda time: f"{time.isoformat()}Z") | st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00.123456789Z"]
)
AMOUNTS = st.decimals(-(10**13), 10**13, places=3).map("{:f}".format) | st.sampled_from(
    ["1", "0.001", "-1", "1e400", "9" * 40]
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "ID": st.sampled_from(KNOWN) | TEXTS,
    "String": TEXTS,
    "Int": st.integers(-2, 3) | st.sampled_from([2**31 - 1, -(2**31)]),
    "Float": st.floats(allow_nan=False, allow_infinity=False),
    "Boolean": st.booleans(),
    "DateTime": TIMES,
    "Decimal": AMOUNTS,
}


def values(type_: GraphQLInputType) -> st.SearchStrategy[Any]:
    """A strategy for values that the type admits."""
    if isinstance(type_, GraphQLNonNull):
        return required(type_.of_type)
    return st.none() | required(type_)


def required(type_: GraphQLInputType) -> st.SearchStrategy[Any]:
    if isinstance(type_, GraphQLList):
        return st.lists(values(type_.of_type), max_size=3)
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from(list(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        fields = type_.fields.items()
        return st.fixed_dictionaries(
            {name: values(field.type) for name, field in fields if is_required_input_field(field)},
            optional={
                name: values(field.type)
                for name, field in fields
                if not is_required_input_field(field)
            },
        )
    return SCALARS[str(type_)]


def variables(root: GraphQLObjectType, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Variables that are mostly valid for the arguments' types, and now and then any JSON value."""
    return st.fixed_dictionaries(
        {
            argument: st.one_of(*[values(definition.type)] * 4, JSON_VALUES)
            for argument, definition in root.fields[name].args.items()
        }
    )


def query_of(root: GraphQLObjectType, name: str) -> str:
    arguments = root.fields[name].args.items()
    declared = ", ".join(f"${argument}: {definition.type}" for argument, definition in arguments)
    passed = ", ".join(f"{argument}: ${argument}" for argument, _ in arguments)
    return f"mutation ({declared}) {{ {name}({passed}) {{ userErrors {{ code message }} }} }}"


def with_ids(value: Any, full_order: FullOrder) -> Any:
    if isinstance(value, dict):
        return {name: with_ids(item, full_order) for name, item in value.items()}
    if isinstance(value, list):
        return [with_ids(item, full_order) for item in value]
    return getattr(full_order, value[1:]) if value in KNOWN else value


@pytest.mark.parametrize("name", sorted(ROOT.fields))
@examples(25, on_one_database=True)
@given(data=st.data())
async def test_no_input_causes_an_internal_error(
    api: Api, full_order: FullOrder, name: str, data: st.DataObject
):
    assert ROOT
    arguments = with_ids(data.draw(variables(ROOT, name)), full_order)

    answer = await api.execute(query_of(ROOT, name), SYSTEM, **arguments)

    assert set(answer.codes) <= {"GRAPHQL_VALIDATION_FAILED"}, answer.errors
    for payload in (answer.data or {}).values():
        assert all(error["code"] and error["message"] for error in payload["userErrors"])
