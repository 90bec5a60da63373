"""The change log of a random dataset: changes of every kind, with all their columns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models.changes import Change
from models.enums import (
    ChangeKind,
    EstimateSource,
    ExceptionStatus,
    Health,
    OrderStatus,
    ShipmentStatus,
)
from models.instants import rfc_3339
from tests.plans.datasets.order_aggregates import OrderAggregate
from tests.plans.datasets.random_values import RandomValues

Columns = dict[str, Any]


def build_random_change(
    source: RandomValues, aggregate: OrderAggregate, position: int, sequence: int
) -> Change:
    """A change at that position of the log; the first one of an order is its creation."""
    order = aggregate.order
    kind = ChangeKind.ORDER_CREATED if sequence == 1 else source.choice(_possible_kinds(aggregate))
    columns = {
        "order_id": order.id,
        "position": position,
        "sequence": sequence,
        "kind": kind,
        "occurred_at": source.moment(),
        "recorded_at": source.moment(),
        "actor": source.choice(["system", "api", 'k"ey']),
        "reason": source.maybe_text(),
        "country": source.choice(["DE", "PT"]),
    }
    return Change(**columns, **_KIND_COLUMNS[kind](source, aggregate))


def _possible_kinds(aggregate: OrderAggregate) -> list[ChangeKind]:
    kinds = [ChangeKind.ORDER_STATUS, ChangeKind.ORDER_AMENDED]
    kinds += [ChangeKind.HEALTH, ChangeKind.ESTIMATE]
    if aggregate.shipments:
        kinds += [ChangeKind.SHIPMENT_STATUS, ChangeKind.SHIPMENT_AMENDED]
    if aggregate.events:
        kinds += [ChangeKind.EVENT_RECORDED, ChangeKind.EVENT_RETRACTED]
    if aggregate.exceptions:
        kinds += [ChangeKind.EXCEPTION_STATUS, ChangeKind.EXCEPTION_AMENDED]
    return kinds


def _order_created(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return {}


def _order_status(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return {"previous": source.enum_member(OrderStatus), "status": source.enum_member(OrderStatus)}


def _amended(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return {"details": {"differences": _differences(source)}}


def _differences(source: RandomValues) -> list[dict[str, str | None]]:
    return [
        {
            "field": source.choice(["customer.name", "promisedAt", f"metadata.{source.text(20)}"]),
            "before": source.maybe_text(),
            "after": source.maybe(source.choice(["***", "2026-01-02T03:04:05.500000Z", "null"])),
        }
        for _ in range(source.integer(0, 3))
    ]


def _shipment(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    shipment = source.choice(aggregate.shipments)
    return {"shipment_id": shipment.id, "carrier": shipment.carrier}


def _maybe_shipment(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return _shipment(source, aggregate) if aggregate.shipments and source.chance() else {}


def _shipment_status(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return {
        **_shipment(source, aggregate),
        "previous": source.maybe(source.enum_member(ShipmentStatus)),
        "status": source.enum_member(ShipmentStatus),
    }


def _shipment_amended(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return _shipment(source, aggregate) | _amended(source, aggregate)


def _event(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    event = source.choice(aggregate.events)
    return {
        "event_id": event.id,
        "event_type": event.type,
        "shipment_id": event.shipment_id,
        "carrier": event.carrier,
    }


def _estimate(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    previous = source.maybe(_logged_estimate(source))
    details = {"previous": previous, "estimate": _logged_estimate(source)}
    return {**_maybe_shipment(source, aggregate), "details": details}


def _logged_estimate(source: RandomValues) -> dict[str, Any]:
    earliest, latest = source.span()
    return {
        "earliest": rfc_3339(earliest),
        "latest": rfc_3339(latest),
        "source": source.enum_member(EstimateSource),
        "reason": source.maybe_text(),
        "revised_at": rfc_3339(source.moment()),
    }


def _health(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    health = {"previous": source.enum_member(Health), "status": source.enum_member(Health)}
    return {**_maybe_shipment(source, aggregate), **health}


def _exception(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    exception = source.choice(aggregate.exceptions)
    return {
        "exception_id": exception.id,
        "exception_type": exception.type,
        "shipment_id": exception.shipment_id,
        "status": source.enum_member(ExceptionStatus),
        "assignee": exception.assignee,
    }


def _exception_status(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    previous = source.maybe(source.enum_member(ExceptionStatus))
    return {**_exception(source, aggregate), "previous": previous}


def _exception_amended(source: RandomValues, aggregate: OrderAggregate) -> Columns:
    return _exception(source, aggregate) | _amended(source, aggregate)


_KIND_COLUMNS: Mapping[ChangeKind, Callable[[RandomValues, OrderAggregate], Columns]] = {
    ChangeKind.ORDER_CREATED: _order_created,
    ChangeKind.ORDER_STATUS: _order_status,
    ChangeKind.ORDER_AMENDED: _amended,
    ChangeKind.SHIPMENT_STATUS: _shipment_status,
    ChangeKind.SHIPMENT_AMENDED: _shipment_amended,
    ChangeKind.EVENT_RECORDED: _event,
    ChangeKind.EVENT_RETRACTED: _event,
    ChangeKind.ESTIMATE: _estimate,
    ChangeKind.HEALTH: _health,
    ChangeKind.EXCEPTION_STATUS: _exception_status,
    ChangeKind.EXCEPTION_AMENDED: _exception_amended,
}


def build_random_log(source: RandomValues, aggregates: Sequence[OrderAggregate]) -> list[Change]:
    """The changes of all orders, mixed at random, with each order's changes in sequence."""
    queue = [aggregate for aggregate in aggregates for _ in range(aggregate.count_of_changes)]
    source.shuffle(queue)
    for aggregate in aggregates:
        aggregate.order.sequence = 0
    log = []
    for position, aggregate in enumerate(queue, start=1):
        aggregate.order.sequence += 1
        log.append(build_random_change(source, aggregate, position, aggregate.order.sequence))
    return log
