"""Places in the arguments of root fields where a caller may write a text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    is_required_argument,
    is_required_input_field,
)

TEXTS = ("ID", "String", "DateTime", "Decimal", "Position")
"""Scalars that are sent as a text, or may be."""
Sample = Callable[[str, str], Any]
"""Returns a valid value for a scalar, by its type and the name of the argument."""


@dataclass(frozen=True, slots=True)
class Place:
    """A text in the arguments of a root field, by the names on the way to it.

    Lists on the way have one element. A type of inputs is entered once on each way: filters have
    filters within them.
    """

    path: tuple[str, ...]
    type: str

    def __str__(self) -> str:
        return ".".join(self.path)


def places_of(field: GraphQLField) -> Iterator[Place]:
    """Yield every place of a text in a field's arguments."""
    for name, argument in field.args.items():
        yield from _places_in(argument.type, (name,), frozenset())


def _places_in(
    type_: GraphQLInputType, path: tuple[str, ...], entered: frozenset[str]
) -> Iterator[Place]:
    if isinstance(type_, GraphQLNonNull | GraphQLList):
        yield from _places_in(type_.of_type, path, entered)
    elif isinstance(type_, GraphQLInputObjectType):
        # Once more within itself, for `not` and `or`.
        if (again := f"{type_.name} again") not in entered:
            now = entered | {again if type_.name in entered else type_.name}
            for name, field in type_.fields.items():
                yield from _places_in(field.type, (*path, name), now)
    elif str(type_) in TEXTS:
        yield Place(path, str(type_))


def arguments_with(field: GraphQLField, place: Place, text: str, sample: Sample) -> dict[str, Any]:
    """Return arguments with a text at a place, and valid values where the field needs some."""
    head, *rest = place.path
    arguments = {
        name: _needed(argument.type, name, sample)
        for name, argument in field.args.items()
        if is_required_argument(argument)
    }
    return arguments | {head: _put(field.args[head].type, head, rest, text, sample)}


def _put(type_: GraphQLInputType, name: str, rest: list[str], text: str, sample: Sample) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _put(type_.of_type, name, rest, text, sample)
    if isinstance(type_, GraphQLList):
        return [_put(type_.of_type, name, rest, text, sample)]
    if not isinstance(type_, GraphQLInputObjectType):
        return text
    head, *after = rest
    value = {} if type_.is_one_of else _needed(type_, name, sample)
    return value | {head: _put(type_.fields[head].type, head, after, text, sample)}


def _needed(type_: GraphQLInputType, name: str, sample: Sample) -> Any:
    if isinstance(type_, GraphQLNonNull):
        return _needed(type_.of_type, name, sample)
    if isinstance(type_, GraphQLList):
        return [_needed(type_.of_type, name, sample)]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if isinstance(type_, GraphQLInputObjectType):
        return {
            field_name: _needed(field.type, field_name, sample)
            for field_name, field in type_.fields.items()
            if is_required_input_field(field)
        }
    return sample(str(type_), name)
