"""Registration of the enums of the floors below, which know nothing of GraphQL."""

from enum import StrEnum

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition


def describe(enum: type[StrEnum], description: str, name: str | None = None, **values: str) -> None:
    """Register an enum with a description of the enum and of every value."""
    strawberry.enum(enum, name=name, description=description)
    definition: StrawberryEnumDefinition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[value.name]
