"""Orders as the server shows them, and the part of their journeys that it already knows."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulator.atlas import find_place
from simulator.client import Client
from simulator.operations import ORDER_FIELDS
from simulator.steps import (
    CarrierEvent,
    Confirm,
    CreateShipment,
    Dispatch,
    Hold,
    Journey,
    OrderedItem,
    Pack,
    PlacedOrder,
    Release,
    Step,
)

ORDERS_PER_PAGE = 100
FINISHED = frozenset({"DELIVERED", "RETURNED", "PARTIALLY_RETURNED", "CANCELLED"})
NOT_DISPATCHED = frozenset({"PENDING", "PACKED"})

FIND_ORDER = (
    f"query Order($trackingId: ID!) {{ order(trackingId: $trackingId) {{{ORDER_FIELDS}}} }}"
)
LIST_ORDERS = f"""
query Orders($first: Int!, $after: String) {{
  orders(orderBy: {{field: PLACED_AT, direction: ASC}}, first: $first, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{{ORDER_FIELDS}}}
  }}
}}
"""
COUNT_ORDERS = "query Count { orders(first: 1) { totalCount } }"


@dataclass
class KnownOrder:
    """An order, its status when it was read, and the server's ids of its parcels."""

    placed: PlacedOrder
    status: str
    shipments: list[dict[str, Any]]
    shipment_ids: dict[int, str] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether nothing more can happen to it."""
        return self.status in FINISHED


def read_order(node: dict[str, Any]) -> KnownOrder:
    """Read an order from the server's answer, with its shipments oldest first."""
    where = node["destination"]
    placed = PlacedOrder(
        tracking_id=node["trackingId"],
        placed_at=datetime.fromisoformat(node["placedAt"]),
        delivery_method=node["deliveryMethod"],
        destination=find_place(where["country"], where["city"], where["region"]),
        items=tuple(OrderedItem(item["id"], item["quantity"]) for item in node["items"]),
    )
    return KnownOrder(placed, node["status"], node["shipments"][::-1])


async def count_orders(client: Client) -> int:
    """Return the number of orders."""
    data = await client.execute(COUNT_ORDERS, {})
    return int(data["orders"]["totalCount"])


async def find_order(client: Client, tracking_id: str) -> KnownOrder | None:
    """Return the order with this tracking id."""
    data = await client.execute(FIND_ORDER, {"trackingId": tracking_id})
    return read_order(data["order"]) if data["order"] else None


async def list_orders(client: Client) -> AsyncIterator[KnownOrder]:
    """Yield all orders, the oldest first, and read each page when it is needed."""
    after = None
    while True:
        data = await client.execute(LIST_ORDERS, {"first": ORDERS_PER_PAGE, "after": after})
        for node in data["orders"]["nodes"]:
            yield read_order(node)
        page = data["orders"]["pageInfo"]
        if not page["hasNextPage"]:
            return
        after = page["endCursor"]


def without_what_is_done(order: KnownOrder, journey: Journey) -> Journey:
    """Return the journey without the commands that the server has had in an earlier run.

    Events that have an id stay: the server knows them again. The others are left out, and so is
    all of a journey that is not this order's."""
    if order.status == "PENDING" and not order.shipments:
        return journey
    if _is_shipped_by_others(order, journey):
        return Journey(journey.order, ())
    statuses = _claim_shipments(order, journey)
    steps = (step for step in journey.steps if not _is_done(order, statuses, step))
    return Journey(journey.order, tuple(steps))


def _is_shipped_by_others(order: KnownOrder, journey: Journey) -> bool:
    """Return whether a parcel is of another journey: of another seed, or of a showcase."""
    dispatches = [step.act for step in journey.steps if isinstance(step.act, Dispatch)]
    ours = {_plain(dispatch.tracking_number) for dispatch in dispatches} | {""}
    return any(_plain(shipment["trackingNumber"]) not in ours for shipment in order.shipments)


def _claim_shipments(order: KnownOrder, journey: Journey) -> dict[int, str]:
    """Note which shipment is which parcel, and return the statuses of these parcels."""
    dispatches = [step.act for step in journey.steps if isinstance(step.act, Dispatch)]
    by_number = {_plain(shipment["trackingNumber"]): shipment for shipment in order.shipments}
    nameless = [shipment for shipment in order.shipments if not shipment["trackingNumber"]]
    statuses = {}
    for dispatch in sorted(dispatches, key=lambda act: act.parcel):
        number = _plain(dispatch.tracking_number)
        shipment = by_number.get(number) if number else None
        if shipment is None and nameless:
            shipment = nameless.pop(0)
        if shipment is not None:
            order.shipment_ids[dispatch.parcel] = shipment["id"]
            statuses[dispatch.parcel] = shipment["status"]
    return statuses


def _is_done(order: KnownOrder, statuses: dict[int, str], step: Step) -> bool:
    match step.act:
        case Confirm() | Hold():
            return True
        case Release():
            return order.status != "ON_HOLD"
        case CreateShipment(parcel=parcel):
            return parcel in statuses
        case Pack(parcel=parcel):
            return statuses.get(parcel, "PENDING") != "PENDING"
        case Dispatch(parcel=parcel):
            return statuses.get(parcel, "PENDING") not in NOT_DISPATCHED
        case CarrierEvent(source_event_id=None):
            return bool(order.shipments)
        case _:
            return False


def _plain(number: str | None) -> str:
    return (number or "").upper().replace(" ", "").replace("-", "")
