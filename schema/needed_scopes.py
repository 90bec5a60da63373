"""Scopes in descriptions: fields and values of the schema say which scopes their callers need.

The texts are made of the tables that are enforced, so that they cannot differ from them.
"""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
)

from access.policy import FILTERABLE, READABLE, Audience, audience_of, scopes_text
from engine.permissions import required_permission
from engine.sql.field_sources import StaffOnly
from resolvers.catalogue import CATALOGUE
from resolvers.kept_numbers import Candidates
from resolvers.stats.cubes import key_field
from schema.root_fields import NODES, STATS

HasFields = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
Described = GraphQLField | GraphQLInputField | GraphQLEnumValue
"""The parts of a schema that have a description and may be restricted."""


def describe_needed_scopes(schema: GraphQLSchema) -> None:
    """Add the scopes that it needs to the description of everything that needs any."""
    for described, needed in _restrictions(schema):
        described.description = f"{described.description} Needs {needed}."
    for described, needed in _emptied(schema):
        described.description = f"{described.description} The list is empty without {needed}."


def _restrictions(schema: GraphQLSchema) -> Iterator[tuple[Described, str]]:
    """Yield what is refused without scopes, with the needed scopes as a text."""
    yield from _root_fields(schema)
    yield from _lookups(schema)
    yield from _fields(schema, READABLE)
    yield from _fields(schema, FILTERABLE)
    yield from _dimensions(schema)


def _emptied(schema: GraphQLSchema) -> Iterator[tuple[Described, str]]:
    """Yield the lists that are empty without scopes, with the needed scopes as a text."""
    for type_name, objects in CATALOGUE.items():
        for name, source in objects.sources.items():
            if isinstance(source, StaffOnly | Candidates):
                (type_,) = _implementing(schema, type_name)
                yield type_.fields[name], scopes_text(Audience.STAFF)


def _root_fields(schema: GraphQLSchema) -> Iterator[tuple[Described, str]]:
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for field in root.fields.values() if root else ():
            if permission := required_permission(field):
                yield field, permission.needed


def _lookups(schema: GraphQLSchema) -> Iterator[tuple[Described, str]]:
    """Yield the fields that find objects by their ids, which need the scopes of each type."""
    types: dict[str, list[str]] = {}
    for type_name, audience in NODES.values():
        types.setdefault(scopes_text(audience), []).append(type_name)
    needed = "; ".join(f"{scopes} for {', '.join(names)}" for scopes, names in types.items())
    assert schema.query_type is not None, "there are queries"
    for name in ("node", "nodes"):
        yield schema.query_type.fields[name], needed


def _fields(
    schema: GraphQLSchema, table: Mapping[str, Mapping[str, Audience]]
) -> Iterator[tuple[Described, str]]:
    """Yield the fields of a table of the policy, and those of the types that implement a type."""
    for type_name, audiences in table.items():
        for type_ in _implementing(schema, type_name):
            for name in audiences.keys() & type_.fields.keys():
                yield type_.fields[name], scopes_text(audiences[name])


def _implementing(schema: GraphQLSchema, type_name: str) -> Iterator[HasFields]:
    type_ = schema.type_map[type_name]
    assert isinstance(type_, HasFields), "the policy is about fields"
    yield type_
    if isinstance(type_, GraphQLInterfaceType):
        yield from schema.get_implementations(type_).objects


def _dimensions(schema: GraphQLSchema) -> Iterator[tuple[Described, str]]:
    """Yield the dimensions whose field is restricted for single rows: aggregates count them."""
    for cube in STATS.values():
        for member in cube.dimensions:
            audience = audience_of(cube.model.__name__, key_field(member))
            if audience is not Audience.HOLDER:
                enum = schema.type_map[type(member).__name__]
                assert isinstance(enum, GraphQLEnumType), "dimensions are members of enums"
                yield enum.values[member], scopes_text(audience)
