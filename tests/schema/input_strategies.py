"""Strategies for values of input types: mostly valid ones, now and then any value."""

from functools import cache
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, is_required_input_field
from graphql.type import is_list_type, is_non_null_type
from hypothesis import strategies as st

ANYTHING = st.sampled_from(
    [None, True, 0, 7, 3.0, 0.5, 2**31, 2**60, "", "text", "ACTUAL", [], ["one"], {}, {"x": 1}]
)
SCALARS: dict[str, list[Any]] = {
    "ID": ["an id", "", 7],
    "String": ["text", "", "ß" * 40],
    "Int": [0, 1, -5, 7.0, 2**31 - 1],
    "Float": [0.5, 2, -1.5],
    "Boolean": [True, False],
    "DateTime": [
        "2026-03-01T14:05:00Z",
        "2026-03-01t14:05:00.123456789+01:00",
        "2026-03-01T14:05:00",
        "2026-13-01T14:05:00Z",
    ],
    "Decimal": ["12.50", 3, "1e400", "x"],
    "Position": [0, "17", -1],
}


def values_for(type_: Any) -> st.SearchStrategy[Any]:
    """Values for a variable of that type."""
    if is_non_null_type(type_):
        return _mostly(_required(type_.of_type), ANYTHING)
    return _mostly(_required(type_), st.none() | ANYTHING)


def _mostly(common: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 59).flatmap(lambda number: common if number else rare)


def _required(type_: Any) -> st.SearchStrategy[Any]:
    if is_list_type(type_):
        return _mostly(st.lists(values_for(type_.of_type), max_size=3), values_for(type_.of_type))
    if isinstance(type_, GraphQLEnumType):
        return st.sampled_from([*type_.values])
    if isinstance(type_, GraphQLInputObjectType):
        return st.deferred(lambda: _object(type_))
    return st.sampled_from(SCALARS[type_.name])


@cache
def _object(type_: GraphQLInputObjectType) -> st.SearchStrategy[Any]:
    """Objects with the required fields, mostly, and with few of the optional ones."""
    required = {
        name: values_for(field.type)
        for name, field in type_.fields.items()
        if is_required_input_field(field)
    }
    optional = st.lists(st.sampled_from([*type_.fields]), max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries(
            {name: values_for(type_.fields[name].type) for name in names}
        )
    )
    unknown = _mostly(st.just({}), st.just({"unknown": 1}))
    fixed = st.fixed_dictionaries(required)
    required_or_none = _mostly(fixed, st.just({}))
    return st.builds(
        lambda *parts: {k: v for part in parts for k, v in part.items()},
        required_or_none,
        optional,
        unknown,
    )
