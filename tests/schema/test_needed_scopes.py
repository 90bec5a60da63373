"""The schema's descriptions name the scopes that the rules demand, field by field."""

import re
from collections.abc import Iterator
from typing import Any

from schema.build import build_schema
from tests.schema import rights

TYPES: dict[str, Any] = dict(build_schema().core.type_map)
NEEDS = re.compile(r" Needs ([^.]+)\.")
EMPTY = re.compile(r" The list is empty without ([^.]+)\.")
READ, PERSONAL = "ORDERS_READ", "ORDERS_READ and PERSONAL_READ"
NODES = (
    f"{READ} for Order, OrderItem, Shipment, TrackingEvent, OrderException;"
    f" {PERSONAL} for Customer; ADMIN for ApiKey, Session"
)
FILTERS = {
    "OrderFilter.trackingId": READ,
    "OrderFilter.reference": READ,
    "OrderFilter.customerEmail": PERSONAL,
    "OrderFilter.sku": READ,
    "OrderFilter.search": READ,
    "ShipmentFilter.trackingNumber": READ,
    "ExceptionFilter.assignee": READ,
}
"""What selects single orders, or persons."""


def _said(sentence: re.Pattern[str]) -> dict[str, str]:
    """What each field and value says that it needs."""
    found: dict[str, str] = {}
    for place, description in _descriptions():
        for needed in sentence.findall(description):
            assert place not in found, f"{place} says it twice"
            found[place] = needed
    return found


def _descriptions() -> Iterator[tuple[str, str]]:
    for type_name, type_ in TYPES.items():
        if not type_name.startswith("__"):
            members = getattr(type_, "values", None) or getattr(type_, "fields", {})
            for name, member in members.items():
                yield f"{type_name}.{name}", member.description or ""


def _root_fields() -> Iterator[tuple[str, str]]:
    for root, fields in rights.ROOT_FIELDS.items():
        for name, scope in fields.items():
            if scope is not None:
                alternative = rights.ALTERNATIVES.get(name)
                yield f"{root}.{name}", f"{scope} or {alternative}" if alternative else scope


def _guarded_fields() -> Iterator[tuple[str, str]]:
    for type_name, name in rights.guarded():
        needed = PERSONAL if name in rights.fields(rights.PERSONAL, type_name) else READ
        for kind in (type_name, *_kinds(type_name)):
            if name in TYPES[kind].fields:
                yield f"{kind}.{name}", needed


def _kinds(type_name: str) -> list[str]:
    """The types that implement a type, as those of changes do."""
    interfaces = {name: getattr(type_, "interfaces", ()) for name, type_ in TYPES.items()}
    return [name for name, those in interfaces.items() if TYPES[type_name] in those]


def test_fields_say_which_scopes_the_rules_demand():
    nodes = {"Query.node": NODES, "Query.nodes": NODES}
    dimensions = {"ExceptionDimension.ASSIGNEE": READ}
    fields = dict(_root_fields()) | dict(_guarded_fields())

    assert _said(NEEDS) == fields | nodes | dimensions | FILTERS


def test_lists_say_without_which_scopes_they_are_empty():
    types = ("Order", "Shipment", "OrderException")

    next_statuses = {f"{name}.nextStatuses": READ for name in types}
    assert _said(EMPTY) == next_statuses | {"KeptNumber.candidates": READ}
