"""Queries that cover every field of every type, with all fields of the objects in it."""

from collections.abc import Collection, Iterable, Iterator

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    parse,
)

from tests.plans.queries import GeneratedQuery
from tests.plans.reference import SCHEMA

PATHS = {
    "Order": ("orders", "nodes"),
    "Customer": ("orders", "nodes", "customer"),
    "Shipment": ("shipments", "nodes"),
    "TrackingEvent": ("shipments", "nodes", "events", "nodes"),
    "OrderException": ("exceptions", "nodes"),
    "Change": ("changes", "nodes"),
    "OrderEdge": ("orders", "edges"),
    "ShipmentEdge": ("shipments", "edges"),
    "OrderExceptionEdge": ("exceptions", "edges"),
    "ChangeEdge": ("changes", "edges"),
}
"""The keys are types; the values are the paths of fields that lead to their objects."""


def all_field_queries() -> Iterator[GeneratedQuery]:
    """Yield one query per type, which selects all fields of the type."""
    for name, (root, *steps) in PATHS.items():
        text = _all_fields(SCHEMA.type_map[name], 2)
        for step in reversed(steps):
            page = "(first: 5)" if step == "events" else ""
            text = f"{step}{page} {{ {text} }}"
        yield GeneratedQuery(parse(f"{{ {root}(first: 40) {{ {text} }} }}"), {}, None)


def order_queries(tracking_ids: Iterable[str]) -> Iterator[GeneratedQuery]:
    """All fields of each order, looked up by tracking id: also those that need a scope."""
    text = _all_fields(SCHEMA.type_map["Order"], 2)
    document = parse(f"query ($id: ID!) {{ order(trackingId: $id) {{ {text} }} }}")
    for tracking_id in tracking_ids:
        yield GeneratedQuery(document, {"id": tracking_id}, None)


def _all_fields(type_: GraphQLNamedType, depth: int) -> str:
    """The selection of all leaf fields, and down to that depth of the fields that hold objects."""
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    selections = ["__typename", *_fields(type_, "", depth)]
    if isinstance(type_, GraphQLInterfaceType):
        for possible in SCHEMA.get_possible_types(type_):
            own = _fields(possible, f"{possible.name}_", depth, set(type_.fields))
            selections.append(f"... on {possible.name} {{ {' '.join(own)} __typename }}")
    return " ".join(selections)


def _fields(
    type_: GraphQLObjectType | GraphQLInterfaceType,
    alias_prefix: str,
    depth: int,
    excluded: Collection[str] = (),
) -> Iterator[str]:
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        alias = f"{alias_prefix}{name}: " if alias_prefix else ""
        if name in excluded:
            continue
        page = "(first: 3)" if "first" in field.args else ""
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
            yield f"{alias}{name}"
        elif depth:
            yield f"{alias}{name}{page} {{ {_all_fields(inner, depth - 1)} }}"
