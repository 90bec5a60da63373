"""Input constructors: input types whose coerced values are already their dataclasses.

Strawberry constructs them in a second pass, which looks up the name and type of each field of each
value anew. For large batches of inputs that pass took most of the time before the resolver ran.
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
    """Constructs the dataclass of an input type."""

    def __init__(self, type_: GraphQLInputObjectType) -> None:
        definition: StrawberryObjectDefinition = type_.extensions["strawberry-definition"]
        fields: dict[str, StrawberryField] = {
            name: field.extensions["strawberry-definition"] for name, field in type_.fields.items()
        }
        if any(isinstance(field.type, StrawberryMaybe) for field in fields.values()):
            raise TypeError(f"{type_}: Maybe is not supported.")
        self.is_one_of: bool = definition.is_one_of
        self.dataclass: type = definition.origin
        self.names = {name: field.python_name for name, field in fields.items()}
        """The dataclass's field names by the schema's."""
        self.null_defaults = {
            field.python_name: None
            for field in fields.values()
            if field.default is MISSING and field.default_factory is MISSING
        }
        """Fields without a default: they are None if the client omits them."""

    def construct(self, value: dict[str, Any]) -> Any:
        """Return the dataclass of values by the schema's names."""
        named = {self.names[name]: member for name, member in value.items()}
        return self.dataclass(**{**self.null_defaults, **named})


def install_constructors(core: GraphQLSchema) -> None:
    """Have all input types of the schema construct their dataclasses themselves."""
    for type_ in core.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            # Strawberry's own out_type checks that a oneOf input has exactly one field.
            construct = partial(_construct, InputConstructor(type_), type_.out_type)
            type_.out_type = construct  # type: ignore[method-assign]
            type_.extensions["strawberry-definition"].from_input = _unchanged


def _construct(
    constructor: InputConstructor, check: Callable[[Any], Any], value: dict[str, Any]
) -> Any:
    return constructor.construct(check(value))


def _unchanged(_type: type, constructed: Any, _context: InputContext) -> Any:
    return constructed
