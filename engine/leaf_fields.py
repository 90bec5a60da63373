"""Attributes: fields that are read from an object as they stand, without a resolver of ours."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_nullable_type,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from engine.raw_json import RawJson

TYPES_REMEMBERED = 200
"""Object types whose attributes are remembered: a schema of ours has some forty."""

PLAIN = frozenset({bool, int, float, str, Decimal, datetime, UUID})
"""What a scalar may make of its own: none of them is awaited, and none is an error."""

Finish = Callable[[Any], Any]
"""What a value that is not null is in an answer, or Unfinished."""


class NeedsExecutor:
    """What was read of an object, in the object's place: read again it could be another."""

    __slots__ = ("__error", "__value")

    def __init__(self, value: Any, error: Exception | None = None) -> None:
        self.__value, self.__error = value, error

    def __getattr__(self, _name: str) -> Any:
        if self.__error is not None:
            raise self.__error
        return self.__value


class LeafField:
    __slots__ = ("_finish", "_is_nullable", "_name")

    def __init__(self, name: str, is_nullable: bool, finish: Finish) -> None:
        self._name, self._is_nullable, self._finish = name, is_nullable, finish

    def read(self, source: Any) -> Any:
        """What stands in the answer, or Unfinished: the executor has to look at it."""
        try:
            value = getattr(source, self._name)
        except Exception as error:
            return NeedsExecutor(None, error)
        if value is None and self._is_nullable:
            return None
        return self._finish(value)


class TypeName:
    """Many clients ask for it of every object."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def read(self, _source: Any) -> str:
        return self._name


@lru_cache(TYPES_REMEMBERED)
def leaf_fields_of(parent: GraphQLObjectType) -> dict[str, LeafField | TypeName]:
    """Of a type, by the names of its fields."""
    found = {name: _attribute(field) for name, field in parent.fields.items()}
    attributes = {name: attribute for name, attribute in found.items() if attribute is not None}
    return {**attributes, "__typename": TypeName(parent.name)}


def _attribute(field: GraphQLField) -> LeafField | None:
    """None where more than reading stands between the object and the answer: a guard, say."""
    declared = field.extensions.get("strawberry-definition")
    if (
        isinstance(declared, StrawberryField)
        and declared.is_basic_field
        and declared.default_resolver is getattr
        and not field.args
    ):
        return LeafField(declared.python_name, is_nullable_type(field.type), _finish(field))
    return None


def _finish(field: GraphQLField) -> Finish:
    type_ = get_nullable_type(field.type)
    if is_list_type(type_):
        return _list
    if not is_leaf_type(type_):
        return _object
    if type_ is GraphQLString or type_ is GraphQLID:
        return _text
    if isinstance(enum := type_.extensions.get("strawberry-definition"), StrawberryEnumDefinition):
        return _enum(type_, enum)
    return _scalar(type_)


def _object(value: Any) -> Any:
    if type(value) is RawJson and value.text is not None and not value.errors:
        return orjson.Fragment(value.text)
    return NeedsExecutor(value)


def _list(value: Any) -> Any:
    return [] if type(value) in (list, tuple) and not value else _object(value)


def _text(value: Any) -> Any:
    return value if type(value) is str else NeedsExecutor(value)


def _enum(type_: GraphQLLeafType, enum: StrawberryEnumDefinition) -> Finish:
    """Strawberry would look through all members for the value of one."""
    members: Any = enum.wrapped_cls
    names = {member: type_.coerce_output_value(member) for member in members}

    def finish(value: Any) -> Any:
        name = names.get(value) if type(value) is members else None
        return NeedsExecutor(value) if name is None else name

    return finish


def _scalar(type_: GraphQLLeafType) -> Finish:
    coerce = type_.coerce_output_value

    def finish(value: Any) -> Any:
        if type(value) not in PLAIN:
            return NeedsExecutor(value)
        try:
            coerced = coerce(value)
        except Exception:  # it is met again, and said, by the executor
            return NeedsExecutor(value)
        return NeedsExecutor(value) if coerced is None or coerced is Undefined else coerced

    return finish
