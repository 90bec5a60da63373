"""Refusals of whole operations, whose variables then need not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    is_non_null_type,
)

from access.viewer import Viewer
from engine.operations import Operation
from engine.planning.field_collection import FieldCollector
from engine.planning.selection_builder import field_refusal
from errors import DomainError


@dataclass(frozen=True, slots=True)
class OperationRefusal:
    """Why the viewer may use none of an operation's root fields."""

    data: dict[str, None] | None
    """The data of the response."""
    errors: Sequence[GraphQLError]


def find_refusal(
    schema: GraphQLSchema, operation: Operation, viewer: Viewer
) -> OperationRefusal | None:
    """Return the refusal if the viewer lacks the scopes of all root fields, or None."""
    refusals = operation.refusals
    if refusals is None:
        return None
    rights = viewer.scopes, viewer.reads
    try:
        refusal: OperationRefusal | None = refusals[rights]
    except KeyError:
        refusal = refusals[rights] = _refusal(schema, operation, viewer)
    return refusal


def _refusal(
    schema: GraphQLSchema, operation: Operation, viewer: Viewer
) -> OperationRefusal | None:
    type_: Any = schema.get_root_type(operation.definition.operation)
    collector = FieldCollector(schema, operation.document, {})
    fields = collector.collect(type_, [operation.definition.selection_set])
    errors = []
    for key, nodes in fields.items():
        refusal = _field_refusal(type_, nodes, viewer)
        if refusal is None:
            return None
        errors.append(GraphQLError(str(refusal), nodes, path=[key], original_error=refusal))
    is_lost = any(
        is_non_null_type(type_.fields[nodes[0].name.value].type) for nodes in fields.values()
    )
    return OperationRefusal(None if is_lost else dict.fromkeys(fields), errors)


def _field_refusal(
    type_: GraphQLObjectType, nodes: Sequence[FieldNode], viewer: Viewer
) -> DomainError | None:
    name = nodes[0].name.value
    return field_refusal(type_, name, viewer) if name in type_.fields else None
