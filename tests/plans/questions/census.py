"""The census: every field of every type, each with all that it holds."""

from collections.abc import Collection, Iterable, Iterator

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    parse,
)

from tests.plans.oracle import SCHEMA
from tests.plans.questions import Question

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
"""How to come to things of a type."""


def census() -> Iterator[Question]:
    for name, (root, *steps) in PATHS.items():
        text = _whole(SCHEMA.type_map[name], 2)
        for step in reversed(steps):
            page = "(first: 5)" if step == "events" else ""
            text = f"{step}{page} {{ {text} }}"
        yield Question(parse(f"{{ {root}(first: 40) {{ {text} }} }}"), {}, None)


def of_each(tracking_ids: Iterable[str]) -> Iterator[Question]:
    """All that an order's holder may see, and what he may not."""
    text = _whole(SCHEMA.type_map["Order"], 2)
    document = parse(f"query ($id: ID!) {{ order(trackingId: $id) {{ {text} }} }}")
    for tracking_id in tracking_ids:
        yield Question(document, {"id": tracking_id}, None)


def _whole(type_: GraphQLNamedType, depth: int) -> str:
    """Its simple fields; and, so deep, those that hold things."""
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    selections = ["__typename", *_fields(type_, "", depth)]
    if isinstance(type_, GraphQLInterfaceType):
        for one in SCHEMA.get_possible_types(type_):
            own = _fields(one, f"{one.name}_", depth, set(type_.fields))
            selections.append(f"... on {one.name} {{ {' '.join(own)} __typename }}")
    return " ".join(selections)


def _fields(
    type_: GraphQLObjectType | GraphQLInterfaceType,
    prefix: str,
    depth: int,
    known: Collection[str] = (),
) -> Iterator[str]:
    for name, field in type_.fields.items():
        inner = get_named_type(field.type)
        alias = f"{prefix}{name}: " if prefix else ""
        if name in known:
            continue
        page = "(first: 3)" if "first" in field.args else ""
        if not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType):
            yield f"{alias}{name}"
        elif depth:
            yield f"{alias}{name}{page} {{ {_whole(inner, depth - 1)} }}"
