"""The numbers that the schema's descriptions state are the constants that are enforced."""

import re
from typing import Any

import pytest

from database.bounds import MAXIMUM_MINOR
from engine.sql.bounded_list import MAXIMUM_NEWEST
from engine.sql.page_arguments import DEFAULT_FIRST, MAXIMUM_FIRST
from resolvers.filters.filter_limits import MAXIMUM_BRANCHES, MAXIMUM_DEPTH, MAXIMUM_VALUES
from schema.build import build_schema
from schema.root_fields import MAXIMUM_NODES
from schema.subscriptions import MAXIMUM_ORDERS
from tracking.events.event_limits import MAXIMUM_EVENTS_OF_ORDER, MAXIMUM_EVENTS_OF_SHIPMENT
from tracking.exceptions.aggregate import MAXIMUM_NOTES
from tracking.exceptions.creation import MAXIMUM_OPENED_BY_PERSONS
from tracking.inputs.limits import (
    MAXIMUM_EVENTS,
    MAXIMUM_ITEMS,
    MAXIMUM_METADATA,
    MAXIMUM_QUANTITY,
)
from tracking.shipments.creation import MAXIMUM_SHIPMENTS
from tracking.shipments.estimation import MAXIMUM_ESTIMATES

TYPES: dict[str, Any] = dict(build_schema().core.type_map)
STATED: list[tuple[str, str | None, tuple[int, ...]]] = [
    ("OrderCreateInput.items", None, (1, MAXIMUM_ITEMS)),
    ("OrderCreateInput.metadata", None, (MAXIMUM_METADATA,)),
    ("OrderCreateInput.total", None, (0, MAXIMUM_MINOR)),
    ("OrderAmendInput.metadata", None, (MAXIMUM_METADATA,)),
    ("OrderItemInput.quantity", None, (1, MAXIMUM_QUANTITY)),
    ("OrderItemInput.unitPrice", None, (0, MAXIMUM_MINOR)),
    ("ShipmentItemInput.quantity", None, (1, MAXIMUM_QUANTITY)),
    ("TrackingEventsRecordInput.events", None, (1, MAXIMUM_EVENTS)),
    (
        "Mutation.trackingEventsRecord",
        None,
        (MAXIMUM_EVENTS, MAXIMUM_EVENTS_OF_SHIPMENT, MAXIMUM_EVENTS_OF_ORDER),
    ),
    ("Mutation.shipmentCreate", None, (MAXIMUM_SHIPMENTS,)),
    ("Mutation.shipmentEstimate", None, (MAXIMUM_ESTIMATES,)),
    ("Mutation.exceptionOpen", None, (MAXIMUM_OPENED_BY_PERSONS,)),
    ("Mutation.exceptionNoteAdd", None, (MAXIMUM_NOTES,)),
    ("Subscription.orderChanged", "trackingIds", (1, MAXIMUM_ORDERS)),
    ("Query.nodes", "ids", (MAXIMUM_NODES,)),
    ("Query.orders", "first", (MAXIMUM_FIRST, DEFAULT_FIRST)),
    ("Query.orders", "last", (MAXIMUM_FIRST,)),
    ("Query.orders", "filter", (MAXIMUM_VALUES, MAXIMUM_BRANCHES, MAXIMUM_DEPTH)),
    ("Query.changes", "filter", (MAXIMUM_VALUES,)),
    ("Shipment.estimates", None, (MAXIMUM_NEWEST + 1, MAXIMUM_NEWEST)),
    ("Shipment.exceptions", None, (MAXIMUM_NEWEST + 1, MAXIMUM_NEWEST)),
    ("Order.exceptions", None, (MAXIMUM_NEWEST + 1, MAXIMUM_NEWEST)),
]


@pytest.mark.parametrize(("place", "argument", "limits"), STATED)
def test_descriptions_state_limits(place: str, argument: str | None, limits: tuple[int, ...]):
    type_name, _, name = place.partition(".")
    field = TYPES[type_name].fields[name]
    described = field if argument is None else field.args[argument]
    words = re.findall(r"\d[\d,]*", described.description)
    numbers = [int(word.replace(",", "")) for word in words]

    assert numbers[: len(limits)] == list(limits)
