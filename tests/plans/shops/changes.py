"""The log of a shop by chance: changes of every kind, with what the acts write into each."""

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
from tests.plans.shops.chances import Chances
from tests.plans.shops.folders import Folder

Columns = dict[str, Any]


def make_change(chance: Chances, folder: Folder, position: int, sequence: int) -> Change:
    """The first of an order tells that it was placed."""
    order = folder.order
    kind = ChangeKind.ORDER_CREATED if sequence == 1 else chance.one_of(_possible(folder))
    columns = {
        "order_id": order.id,
        "position": position,
        "sequence": sequence,
        "kind": kind,
        "occurred_at": chance.moment(),
        "recorded_at": chance.moment(),
        "actor": chance.one_of(["system", "api", 'k"ey']),
        "reason": chance.maybe_text(),
        "country": chance.one_of(["DE", "PT"]),
    }
    return Change(**columns, **_SAID[kind](chance, folder))


def _possible(folder: Folder) -> list[ChangeKind]:
    possible = [ChangeKind.ORDER_STATUS, ChangeKind.ORDER_AMENDED]
    possible += [ChangeKind.HEALTH, ChangeKind.ESTIMATE]
    if folder.shipments:
        possible += [ChangeKind.SHIPMENT_STATUS, ChangeKind.SHIPMENT_AMENDED]
    if folder.events:
        possible += [ChangeKind.EVENT_RECORDED, ChangeKind.EVENT_RETRACTED]
    if folder.exceptions:
        possible += [ChangeKind.EXCEPTION_STATUS, ChangeKind.EXCEPTION_AMENDED]
    return possible


def _order_created(chance: Chances, folder: Folder) -> Columns:
    return {}


def _order_status(chance: Chances, folder: Folder) -> Columns:
    return {"previous": chance.word(OrderStatus), "status": chance.word(OrderStatus)}


def _amended(chance: Chances, folder: Folder) -> Columns:
    return {"details": {"differences": _differences(chance)}}


def _differences(chance: Chances) -> list[dict[str, str | None]]:
    return [
        {
            "field": chance.one_of(["customer.name", "promisedAt", f"metadata.{chance.text(20)}"]),
            "before": chance.maybe_text(),
            "after": chance.maybe(chance.one_of(["***", "2026-01-02T03:04:05.500000Z", "null"])),
        }
        for _ in range(chance.count(0, 3))
    ]


def _shipment(chance: Chances, folder: Folder) -> Columns:
    shipment = chance.one_of(folder.shipments)
    return {"shipment_id": shipment.id, "carrier": shipment.carrier}


def _maybe_shipment(chance: Chances, folder: Folder) -> Columns:
    return _shipment(chance, folder) if folder.shipments and chance.is_so() else {}


def _shipment_status(chance: Chances, folder: Folder) -> Columns:
    return {
        **_shipment(chance, folder),
        "previous": chance.maybe(chance.word(ShipmentStatus)),
        "status": chance.word(ShipmentStatus),
    }


def _shipment_amended(chance: Chances, folder: Folder) -> Columns:
    return _shipment(chance, folder) | _amended(chance, folder)


def _event(chance: Chances, folder: Folder) -> Columns:
    event = chance.one_of(folder.events)
    return {
        "event_id": event.id,
        "event_type": event.type,
        "shipment_id": event.shipment_id,
        "carrier": event.carrier,
    }


def _estimate(chance: Chances, folder: Folder) -> Columns:
    previous = chance.maybe(_logged_expectation(chance))
    details = {"previous": previous, "estimate": _logged_expectation(chance)}
    return {**_maybe_shipment(chance, folder), "details": details}


def _logged_expectation(chance: Chances) -> dict[str, Any]:
    earliest, latest = chance.span()
    return {
        "earliest": rfc_3339(earliest),
        "latest": rfc_3339(latest),
        "source": chance.word(EstimateSource),
        "reason": chance.maybe_text(),
        "revised_at": rfc_3339(chance.moment()),
    }


def _health(chance: Chances, folder: Folder) -> Columns:
    said = {"previous": chance.word(Health), "status": chance.word(Health)}
    return {**_maybe_shipment(chance, folder), **said}


def _exception(chance: Chances, folder: Folder) -> Columns:
    exception = chance.one_of(folder.exceptions)
    return {
        "exception_id": exception.id,
        "exception_type": exception.type,
        "shipment_id": exception.shipment_id,
        "status": chance.word(ExceptionStatus),
        "assignee": exception.assignee,
    }


def _exception_status(chance: Chances, folder: Folder) -> Columns:
    previous = chance.maybe(chance.word(ExceptionStatus))
    return {**_exception(chance, folder), "previous": previous}


def _exception_amended(chance: Chances, folder: Folder) -> Columns:
    return _exception(chance, folder) | _amended(chance, folder)


_SAID: Mapping[ChangeKind, Callable[[Chances, Folder], Columns]] = {
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


def make_log(chance: Chances, folders: Sequence[Folder]) -> list[Change]:
    """The changes of all orders among each other; each order's own in their sequence."""
    waiting = [folder for folder in folders for _ in range(folder.count_of_changes)]
    chance.shuffle(waiting)
    for folder in folders:
        folder.order.sequence = 0
    log = []
    for position, folder in enumerate(waiting, start=1):
        folder.order.sequence += 1
        log.append(make_change(chance, folder, position, folder.order.sequence))
    return log
