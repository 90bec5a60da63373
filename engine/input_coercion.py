"""Input coercion: one function per input type turns JSON values into what resolvers take.

The functions are made once. Any unexpected value makes them raise an exception; graphql-core then
coerces the variables again and reports the errors.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLID,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
    get_named_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from engine.input_constructors import InputConstructor

TYPES_REMEMBERED = 200
"""Input types whose coercion is cached: the schema has some fifty."""

Coerce = Callable[[Any], Any]
"""Raises any exception for a value that graphql-core has to look at."""


class FallbackToLibrary(Exception):
    """The value is unexpected: graphql-core has to coerce it."""


def fall_back(_value: Any) -> Any:
    raise FallbackToLibrary


def coercer(type_: GraphQLInputType) -> Coerce:
    """Return the function that coerces values of this type."""
    if is_non_null_type(type_):
        return _required(type_.of_type)
    return _or_null(_required(type_))


def _required(type_: Any) -> Coerce:
    return _list(coercer(type_.of_type)) if is_list_type(type_) else _named(type_)


@lru_cache(TYPES_REMEMBERED)
def _named(type_: GraphQLInputObjectType | GraphQLLeafType) -> Coerce:
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_)
    if isinstance(type_, GraphQLEnumType):
        return {name: type_.coerce_input_value(name) for name in type_.values}.__getitem__
    if type_ is GraphQLString or type_ is GraphQLID:
        return _text(type_)
    return _scalar(type_)


def _object(type_: GraphQLInputObjectType) -> Coerce:
    constructor = InputConstructor(type_)
    if constructor.is_one_of:
        return fall_back
    fields = {
        name: (constructor.names[name], _inner(field, type_))
        for name, field in type_.fields.items()
    }
    required = {name for name, field in type_.fields.items() if is_required_input_field(field)}
    defaults = constructor.null_defaults | dict(input_defaults(type_, constructor))

    def coerce(value: Any) -> Any:
        if type(value) is not dict or not required <= value.keys():
            raise FallbackToLibrary
        members = defaults.copy()
        for key, member in value.items():
            name, coerce_member = fields[key]
            members[name] = coerce_member(member)
        return constructor.dataclass(**members)

    return coerce


def _inner(field: GraphQLInputField, outer: GraphQLInputObjectType) -> Coerce:
    """Return a field's coercion; a recursive type is left to graphql-core."""
    return (
        fall_back if outer in _reachable_types(get_named_type(field.type)) else coercer(field.type)
    )


def _reachable_types(type_: Any) -> set[Any]:
    """Return the type, and all types that its fields can contain."""
    reachable, unvisited = {type_}, [type_]
    while unvisited:
        fields = getattr(unvisited.pop(), "fields", {}).values()
        new = {get_named_type(field.type) for field in fields} - reachable
        reachable |= new
        unvisited += new
    return reachable


def input_defaults(
    type_: GraphQLInputObjectType, constructor: InputConstructor
) -> Iterator[tuple[str, Any]]:
    for name, field in type_.fields.items():
        default = coerce_default_value(field)
        if default is not Undefined:
            yield constructor.names[name], default


def _or_null(coerce: Coerce) -> Coerce:
    return lambda value: None if value is None else coerce(value)


def _list(coerce: Coerce) -> Coerce:
    def coerce_all(value: Any) -> Any:
        if type(value) is not list:
            raise FallbackToLibrary
        return [coerce(item) for item in value]

    return coerce_all


def _text(type_: GraphQLLeafType) -> Coerce:
    coerce = type_.coerce_input_value
    return lambda value: value if type(value) is str else coerce(value)


def _scalar(type_: GraphQLLeafType) -> Coerce:
    coerce = type_.coerce_input_value

    def coerce_required(value: Any) -> Any:
        coerced = Undefined if value is None else coerce(value)
        if coerced is Undefined:
            raise FallbackToLibrary
        return coerced

    return coerce_required
