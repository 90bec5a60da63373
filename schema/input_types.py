"""Input types, made of the dataclasses of the floors below, which know nothing of GraphQL."""

import dataclasses
import inspect
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import strawberry

from tracking.inputs.stored_fields import LimitedText
from tracking.inputs.unchanged import UNCHANGED, Unchanged

ID_TYPES: Mapping[Any, Any] = {
    str: strawberry.ID,
    str | None: strawberry.ID | None,
    Sequence[str] | None: list[strawberry.ID] | None,
}
"""The type in the API of a field that holds ids, by its type in the dataclass."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def register_input(
    dataclass: type[Any],
    name: str,
    *,
    ids: Iterable[str] = (),
    names: Mapping[str, str] = NO_NAMES,
) -> None:
    """Register a dataclass as the input type `name`.

    Its docstring describes the type, and the text in the annotation of a field that field:
    `Annotated[int, "The number of pieces."]`, to which the marks of limited texts add their limits.
    The fields in `ids` are IDs. `names` gives the API's names of fields that Python does not allow
    to be named so.
    """
    annotations = get_type_hints(dataclass, include_extras=True)
    for field in dataclasses.fields(dataclass):
        annotation = annotations[field.name]
        declared = strawberry.field(
            name=names.get(field.name),
            default=field.default,
            default_factory=field.default_factory,
            description=_description(*annotation.__metadata__),
            graphql_type=_api_type(annotation.__origin__, is_id=field.name in ids),
        )
        if field.default is UNCHANGED:
            # The schema shows no default: a field that is left out stays unchanged, a null is set.
            declared.default_value = strawberry.UNSET
        setattr(dataclass, field.name, declared)
    strawberry.input(dataclass, name=name, description=_docstring(dataclass))


def _api_type(type_: Any, *, is_id: bool) -> Any:
    """Return the type of a field in the API; None if it is the one in the dataclass."""
    if is_id:
        return ID_TYPES[type_]
    members = get_args(type_)
    if Unchanged not in members:
        return None
    return reduce(or_, (member for member in members if member is not Unchanged))


def _description(text: str, *marks: object) -> str:
    """Return a field's description, with the limits of its marks."""
    limits = [mark.limit for mark in marks if isinstance(mark, LimitedText)]
    return " ".join([text, *limits])


def _docstring(dataclass: type[Any]) -> str:
    return " ".join((inspect.getdoc(dataclass) or "").split())
