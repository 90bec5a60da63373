"""Readers: each makes what a resolver is given of what JSON says for a type of input, in one go.

They are made once for each type. What is not as it should be surprises them, and is left to the
library, which says what is wrong with it.
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
"""Types of input whose readers are remembered: a schema of ours has some fifty."""

Coerce = Callable[[Any], Any]
"""Raises anything when it is surprised."""


class FallbackToLibrary(Exception):
    """Left to the library."""


def surprised(_value: Any) -> Any:
    raise FallbackToLibrary


def coercer(type_: GraphQLInputType) -> Coerce:
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
    form = InputConstructor(type_)
    if form.is_one_of:
        return surprised
    fields = {
        name: (form.names[name], _inner(field, type_)) for name, field in type_.fields.items()
    }
    needed = {name for name, field in type_.fields.items() if is_required_input_field(field)}
    usual = form.unsaid | dict(defaults(type_, form))

    def read(value: Any) -> Any:
        if type(value) is not dict or not needed <= value.keys():
            raise FallbackToLibrary
        arguments = usual.copy()
        for key, said in value.items():
            name, read_field = fields[key]
            arguments[name] = read_field(said)
        return form.make(**arguments)

    return read


def _inner(field: GraphQLInputField, outer: GraphQLInputObjectType) -> Coerce:
    """How deep a type that holds itself may go is known to the library."""
    return surprised if outer in _held(get_named_type(field.type)) else coercer(field.type)


def _held(type_: Any) -> set[Any]:
    """Itself, and all types that stand somewhere in it."""
    held, left = {type_}, [type_]
    while left:
        fields = getattr(left.pop(), "fields", {}).values()
        found = {get_named_type(field.type) for field in fields} - held
        held |= found
        left += found
    return held


def defaults(type_: GraphQLInputObjectType, form: InputConstructor) -> Iterator[tuple[str, Any]]:
    for name, field in type_.fields.items():
        default = coerce_default_value(field)
        if default is not Undefined:
            yield form.names[name], default


def _or_null(read: Coerce) -> Coerce:
    return lambda value: None if value is None else read(value)


def _list(read: Coerce) -> Coerce:
    def read_all(value: Any) -> Any:
        if type(value) is not list:
            raise FallbackToLibrary
        return [read(item) for item in value]

    return read_all


def _text(type_: GraphQLLeafType) -> Coerce:
    coerce = type_.coerce_input_value
    return lambda value: value if type(value) is str else coerce(value)


def _scalar(type_: GraphQLLeafType) -> Coerce:
    coerce = type_.coerce_input_value

    def read(value: Any) -> Any:
        coerced = Undefined if value is None else coerce(value)
        if coerced is Undefined:
            raise FallbackToLibrary
        return coerced

    return read
