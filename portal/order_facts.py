"""Facts of an order, read from the answer of the API to the operation `OrderPage`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from language.facts import (
    EstimateFacts,
    EventFacts,
    ItemFacts,
    OrderFacts,
    ParcelItemFacts,
    PlaceFacts,
    ShipmentFacts,
    TroubleFacts,
)
from models.enums import (
    DeliveryMethod,
    EstimateSource,
    EventClassifier,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)

Node = Mapping[str, Any]
"""An object of the answer, by the names of its fields."""
Facts = TypeVar("Facts")


def read_order(order: Node) -> OrderFacts:
    """Return the facts of the answer's `order`. Fields that were not asked for become None."""
    names = {item["id"]: item["name"] for item in order["items"]}
    events = _events_by_shipment(order["events"]["nodes"])
    return OrderFacts(
        tracking_id=order["trackingId"],
        status=OrderStatus(order["status"]),
        destination=_place(order["destination"]),
        placed_at=_moment(order["placedAt"]),
        delivery_method=DeliveryMethod(order["deliveryMethod"]),
        is_late=order["isLate"],
        items=_each(_item, order["items"]),
        shipments=tuple(
            _shipment(shipment, names, events.get(shipment["id"], ()))
            for shipment in order["shipments"]
        ),
        troubles=_each(_trouble, order["exceptions"]),
        estimate=_optional(_estimate, order["estimate"]),
        cancelled_at=_optional(_moment, order["cancelledAt"]),
        delivered_at=_optional(_moment, order["deliveredAt"]),
        promised_at=_optional(_moment, order["promisedAt"]),
        has_older_events=order["events"]["totalCount"] > len(order["events"]["nodes"]),
    )


def _events_by_shipment(events: Sequence[Node]) -> Mapping[str, Sequence[Node]]:
    grouped: dict[str, list[Node]] = {}
    for event in events:
        grouped.setdefault(event["shipment"]["id"], []).append(event)
    return grouped


def _shipment(shipment: Node, names: Mapping[str, str], events: Sequence[Node]) -> ShipmentFacts:
    return ShipmentFacts(
        id=shipment["id"],
        status=ShipmentStatus(shipment["status"]),
        created_at=_moment(shipment["createdAt"]),
        health=Health(shipment["health"]),
        carrier=shipment["carrier"],
        tracking_number=shipment["trackingNumber"],
        tracking_url=shipment["trackingUrl"],
        origin=_optional(_place, shipment["origin"]),
        items=tuple(
            ParcelItemFacts(pieces["item"]["id"], names[pieces["item"]["id"]], pieces["quantity"])
            for pieces in shipment["items"]
        ),
        estimate=_optional(_estimate, shipment["estimate"]),
        estimates=_each(_estimate, shipment["estimates"]),
        status_event=_optional(_event, shipment["statusEvent"]),
        events=_each(_event, events),
        packed_at=_optional(_moment, shipment["packedAt"]),
        delivered_at=_optional(_moment, shipment["deliveredAt"]),
        signed_by=shipment.get("signedBy"),
    )


def _item(item: Node) -> ItemFacts:
    return ItemFacts(
        id=item["id"],
        name=item["name"],
        quantity=item["quantity"],
        allocated_quantity=item["allocatedQuantity"],
        shipped_quantity=item["shippedQuantity"],
        delivered_quantity=item["deliveredQuantity"],
        cancelled_quantity=item["cancelledQuantity"],
        returned_quantity=item["returnedQuantity"],
        lost_quantity=item["lostQuantity"],
    )


def _event(event: Node) -> EventFacts:
    return EventFacts(
        id=event["id"],
        type=TrackingEventType(event["type"]),
        occurred_at=_moment(event["occurredAt"]),
        classifier=EventClassifier(event.get("classifier", EventClassifier.ACTUAL)),
        local_time=event["localTime"],
        time_zone_source=TimeZoneSource(event["timeZoneSource"]),
        precision=TimePrecision(event["precision"]),
        location=_optional(_place, event["location"]),
        description=event.get("description"),
        retracted_at=_optional(_moment, event.get("retractedAt")),
    )


def _trouble(exception: Node) -> TroubleFacts:
    shipment = exception["shipment"]
    return TroubleFacts(
        id=exception["id"],
        type=ExceptionType(exception["type"]),
        severity=ExceptionSeverity(exception["severity"]),
        status=ExceptionStatus(exception["status"]),
        action_required=exception["actionRequired"],
        opened_at=_moment(exception["openedAt"]),
        resolved_at=_optional(_moment, exception["resolvedAt"]),
        resolution=_optional(ExceptionResolution, exception["resolution"]),
        shipment_id=None if shipment is None else shipment["id"],
    )


def _place(place: Node) -> PlaceFacts:
    return PlaceFacts(
        city=place["city"],
        region=place["region"],
        country=place["country"],
        name=place.get("name"),
        postal_code=place.get("postalCode"),
        latitude=place.get("latitude"),
        longitude=place.get("longitude"),
    )


def _estimate(estimate: Node) -> EstimateFacts:
    return EstimateFacts(
        earliest=_moment(estimate["earliest"]),
        latest=_moment(estimate["latest"]),
        source=EstimateSource(estimate["source"]),
        revised_at=_moment(estimate["revisedAt"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _optional(read: Callable[[Any], Facts], value: Any) -> Facts | None:
    return None if value is None else read(value)


def _each(read: Callable[[Any], Facts], values: Sequence[Any]) -> tuple[Facts, ...]:
    return tuple(map(read, values))
