"""Permissions of every field and every mutation, for every kind of viewer."""

from typing import Any, cast

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
)
from graphql import print_type as printed

from access.policy import NEEDED_SCOPES
from access.scopes import READING, Scope
from access.viewer import Viewer
from engine.error_formatting import error_code
from engine.operations import InvalidOperation
from engine.permissions import required_permission
from schema.build import build_schema
from tests.schema import rights
from tests.schema.shortest_calls import shortest_call
from tests.schema.viewers import HOLDER, PERSONAL_ALONE

GRAPH = build_schema()._schema
QUERY, MUTATION, SUBSCRIPTION = (
    cast(GraphQLObjectType, root)
    for root in (GRAPH.query_type, GRAPH.mutation_type, GRAPH.subscription_type)
)
OPEN = {"node", "nodes", "viewer", "position", "order", "orderChanged"} | {
    "trackingLinkCreate",
    "sessionEnd",
}
"""Root fields that need no scope."""
WRITES = {
    "order": Scope.ORDERS_WRITE,
    "shipment": Scope.ORDERS_WRITE,
    "trackingEvent": Scope.TRACKING_WRITE,
    "trackingEvents": Scope.TRACKING_WRITE,
    "keptNumber": Scope.TRACKING_WRITE,
    "shipmentEstimate": Scope.TRACKING_WRITE,
    "exception": Scope.EXCEPTIONS_WRITE,
    "apiKey": Scope.ADMIN,
    "customer": Scope.ADMIN,
    "trackingLinks": Scope.ORDERS_WRITE,
}
"""The scope that a mutation needs, by the longest matching prefix of its name."""


def needed_scope(mutation: str) -> Scope:
    return WRITES[max((write for write in WRITES if mutation.startswith(write)), key=len)]


def scope_of(field: Any) -> Scope | None:
    required = required_permission(field)
    return None if required is None else required.permission


def test_every_root_field_has_its_scope():
    scopes = {
        root.name: {name: scope_of(field) for name, field in root.fields.items()}
        for root in (QUERY, MUTATION, SUBSCRIPTION)
    }

    assert scopes == rights.ROOT_FIELDS


def test_only_some_root_fields_are_open_to_another_scope_too():
    alternatives = {
        name: required.alternative
        for root in (QUERY, MUTATION, SUBSCRIPTION)
        for name, field in root.fields.items()
        if (required := required_permission(field)) is not None and required.alternative
    }

    assert alternatives == rights.ALTERNATIVES


def test_every_mutation_names_the_scope_that_the_rules_give_it():
    named = {name: scope_of(field) for name, field in MUTATION.fields.items()}

    assert named == {name: needed_scope(name) for name in named if name not in OPEN} | {
        name: None for name in named if name in OPEN
    }


@pytest.mark.parametrize("root", [QUERY, SUBSCRIPTION], ids=str)
def test_every_root_field_names_its_scope_or_is_open_to_all(root: GraphQLObjectType):
    unscoped = {name for name, field in root.fields.items() if scope_of(field) is None}

    assert unscoped <= OPEN


def test_plans_are_kept_apart_by_every_scope_that_queries_need():
    """Plans are shared by viewers with equal scopes of READING, which must have all of them."""
    scopes = {scope_of(field) for field in QUERY.fields.values()} - {None}
    scopes |= {*rights.ALTERNATIVES.values()}

    assert scopes.union(*NEEDED_SCOPES.values()) <= set(READING)


def described_types() -> list[GraphQLObjectType | GraphQLInterfaceType]:
    """The object types that the rules must describe."""
    roots = (QUERY, MUTATION, SUBSCRIPTION)
    return [
        type_
        for name, type_ in GRAPH.type_map.items()
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        and type_ not in roots
        and name not in (*rights.ELSEWHERE, "Node")
        and not name.startswith("__")
        and not name.endswith(("Connection", "Edge", "Payload"))
    ]


def test_the_rules_place_every_field_of_every_type():
    unlisted = {}
    for type_ in described_types():
        is_change = "Change" in (type_.name, *(interface.name for interface in type_.interfaces))
        listed = {
            field
            for table in (rights.HOLDER, rights.PARTY, rights.PERSONAL, rights.STAFF)
            for field in rights.fields(table, "Change" if is_change else type_.name)
        }
        if missing := set(type_.fields) - listed:
            unlisted[type_.name] = missing

    assert unlisted == {}


@pytest.mark.parametrize(("type_name", "field"), rights.guarded(), ids=".".join)
def test_every_guarded_field_may_be_null(type_name: str, field: str):
    kinds = [
        type_
        for type_ in GRAPH.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        and type_name in (type_.name, *(interface.name for interface in type_.interfaces))
        and field in type_.fields
    ]

    assert kinds
    for kind in kinds:
        assert not isinstance(kind.fields[field].type, GraphQLNonNull), printed(kind)


async def test_a_mutation_without_its_scope_is_refused_and_does_nothing(api):
    for name in set(MUTATION.fields) - OPEN:
        query = (
            f"mutation {{ {shortest_call(MUTATION, name, '{userErrors{code message field}}')} }}"
        )
        others = Viewer("others", frozenset(Scope) - {needed_scope(name), Scope.ADMIN})
        for viewer in (HOLDER, others):
            answer = await api.execute(query, viewer)

            assert answer.errors == []
            (error,) = answer.data[name]["userErrors"]
            assert error["code"] == "FORBIDDEN"
            assert needed_scope(name) in error["message"]
            assert error["field"] is None
    assert await api.fetch("{position}", HOLDER) == {"position": 0}


READING_SCOPES = (Scope.ORDERS_READ, Scope.ANALYTICS_READ, Scope.ADMIN)
WRITER = Viewer("writer", frozenset(Scope) - frozenset(READING_SCOPES))


@pytest.mark.parametrize("viewer", [HOLDER, PERSONAL_ALONE, WRITER], ids=lambda value: value.name)
async def test_a_scoped_query_without_its_scope_is_forbidden(api, viewer):
    others = {name for name, scope in rights.ALTERNATIVES.items() if viewer.has(scope)}
    for name in set(QUERY.fields) - OPEN - others:
        answer = await api.execute(f"{{ {shortest_call(QUERY, name, '{__typename}')} }}", viewer)

        assert not (answer.data or {}).get(name)
        assert answer.codes == ["FORBIDDEN"]
        assert answer.errors[0]["path"] == [name]


@pytest.mark.parametrize("viewer", [HOLDER, PERSONAL_ALONE, WRITER], ids=lambda value: value.name)
async def test_the_stream_of_all_changes_without_its_scope_is_forbidden(api, viewer):
    with pytest.raises(InvalidOperation) as refused:
        async with api.stream("subscription { changes { position } }", viewer):
            pass

    (error,) = refused.value.errors
    assert error_code(error) == "FORBIDDEN"
    assert error.path == ["changes"]
    assert api.feed._listeners() == set()
