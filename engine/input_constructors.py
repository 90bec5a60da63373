"""Arguments: input types that make their dataclasses themselves, as soon as they are read.

Strawberry would make them later, asking for each field of each value anew what it is and what it
is called: most of the time that a batch of events took before anything was done with it.
"""

from collections.abc import Callable
from dataclasses import MISSING
from functools import partial
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLSchema
from strawberry.types.arguments import InputContext
from strawberry.types.base import StrawberryMaybe, StrawberryObjectDefinition
from strawberry.types.field import StrawberryField


class InputConstructor:
    """How values of an input type are made."""

    def __init__(self, type_: GraphQLInputObjectType) -> None:
        definition: StrawberryObjectDefinition = type_.extensions["strawberry-definition"]
        fields: dict[str, StrawberryField] = {
            name: field.extensions["strawberry-definition"] for name, field in type_.fields.items()
        }
        if any(isinstance(one.type, StrawberryMaybe) for one in fields.values()):
            raise TypeError(f"{type_}: Maybe is not known here.")
        self.is_one_of: bool = definition.is_one_of
        self.make: type = definition.origin
        self.names = {name: field.python_name for name, field in fields.items()}
        """The dataclass's by the API's."""
        self.unsaid = {
            field.python_name: None
            for field in fields.values()
            if field.default is MISSING and field.default_factory is MISSING
        }
        """Where the dataclass does not say what it is when nothing is said, it is null."""

    def made(self, value: dict[str, Any]) -> Any:
        named = {self.names[name]: one for name, one in value.items()}
        return self.make(**{**self.unsaid, **named})


def install_constructors(core: GraphQLSchema) -> None:
    """From now on the input types of this schema do."""
    for type_ in core.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            # Where one field has to be said, and one alone, Strawberry sees to it here.
            made = partial(_made, InputConstructor(type_), type_.out_type)
            type_.out_type = made  # type: ignore[method-assign]
            type_.extensions["strawberry-definition"].from_input = _made_already


def _made(form: InputConstructor, checked: Callable[[Any], Any], value: dict[str, Any]) -> Any:
    return form.made(checked(value))


def _made_already(_type: type, made: Any, _context: InputContext) -> Any:
    return made
