"""Input types, made of the dataclasses of the floors below, which know nothing of GraphQL."""

import dataclasses
import inspect
from collections.abc import Iterable
from typing import Any, get_type_hints

import strawberry


def register_input(dataclass: type[Any], name: str, ids: Iterable[str] = ()) -> None:
    """Register a dataclass as the input type `name`; the fields in `ids` are IDs.

    Its docstring describes the type, and the text in the annotation of a field that field:
    `Annotated[int, "The number of pieces."]`.
    """
    annotations = get_type_hints(dataclass, include_extras=True)
    for field in dataclasses.fields(dataclass):
        annotation = annotations[field.name]
        declared = strawberry.field(
            default=field.default,
            default_factory=field.default_factory,
            description=annotation.__metadata__[0],
            graphql_type=_as_id(annotation) if field.name in ids else None,
        )
        setattr(dataclass, field.name, declared)
    strawberry.input(dataclass, name=name, description=_docstring(dataclass))


def _as_id(annotation: Any) -> Any:
    return strawberry.ID if annotation.__origin__ is str else strawberry.ID | None


def _docstring(dataclass: type[Any]) -> str:
    return " ".join((inspect.getdoc(dataclass) or "").split())
