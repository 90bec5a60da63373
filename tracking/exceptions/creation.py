"""Creating an exception: a person reports a problem of an order or of a shipment."""

from datetime import datetime
from uuid import UUID

from access.viewer import Viewer
from database.columns import new_id
from errors import Conflict, LimitExceeded, NotFound
from models import values
from models.enums import ExceptionStatus
from models.event_effects import default_template
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id, parse_id
from models.orders import TEXT_LENGTH
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.inputs import ExceptionDraft
from tracking.orders.loaded_orders import LoadedOrder, find_order, lock_orders
from tracking.partners import demand_unbounded, sees
from tracking.reconciliation import reconcile
from unit_of_work.idempotency import store_result, stored_result
from unit_of_work.unit_of_work import UnitOfWork, command

MAXIMUM_OPENED_BY_PERSONS = 100
"""Exceptions of an order that people open: above any real order, and each command loads all."""


@command
async def open_exception(uow: UnitOfWork, tracking_id: str, draft: ExceptionDraft) -> UUID:
    """Open an exception of an order, or of the shipment that the draft names; return its id.

    Raises NotFound, Forbidden, Invalid, Conflict if one of this type is unresolved, and
    LimitExceeded.
    """
    key = validation.idempotency_key(draft.idempotency_key, "input", "idempotencyKey")
    summary = values.text(draft.summary, TEXT_LENGTH, "input", "summary")
    due_at = values.optional_utc(draft.due_at, "input", "dueAt")
    order_id = await find_order(uow.viewer, tracking_id)
    loaded = (await lock_orders(uow, [order_id]))[order_id]
    content = ("exceptionOpen", order_id, draft)
    if (earlier := await stored_result(uow, key, content, "input")) is not None:
        return earlier
    shipment = _find_shipment(uow.viewer, loaded, draft.shipment_id)
    _check_may_open(loaded, shipment, draft)
    exception = _new_exception(uow, loaded, shipment, draft, summary, due_at)
    loaded.exceptions.append(uow.rows.add(exception))
    store_result(uow, key, content, exception.id)
    recorder = ChangeRecorder(uow, loaded.order)
    recorder.exception_status(shipment, exception, None, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    return exception.id


def _find_shipment(viewer: Viewer, loaded: LoadedOrder, id_: str | None) -> Shipment | None:
    if id_ is None:
        demand_unbounded(viewer, "input", "shipmentId")
        return None
    shipment_id = parse_id(NodeType.SHIPMENT, id_)
    shipment = next((row for row in loaded.shipments if row.id == shipment_id), None)
    if shipment is None or not sees(viewer, shipment):
        raise NotFound("The order has no shipment with this id.", ("input", "shipmentId"))
    return shipment


def _check_may_open(loaded: LoadedOrder, shipment: Shipment | None, draft: ExceptionDraft) -> None:
    twin = loaded.unresolved_exception(shipment, draft.type)
    if twin is not None:
        raise twin_conflict(twin, "input", "type")
    opened = sum(exception.was_opened_by_person for exception in loaded.exceptions)
    if opened >= MAXIMUM_OPENED_BY_PERSONS:
        raise LimitExceeded(
            f"People can open at most {MAXIMUM_OPENED_BY_PERSONS} exceptions of an order.",
            ("trackingId",),
        )


def twin_conflict(twin: OrderException, *path: str) -> Conflict:
    """Return the error that an unresolved exception of the same type stands in the way."""
    return Conflict(
        f"{node_id(NodeType.EXCEPTION, twin.id)} has the same type and is {twin.status}."
        " Use that exception, or close it first.",
        path,
    )


def _new_exception(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment | None,
    draft: ExceptionDraft,
    summary: str,
    due_at: datetime | None,
) -> OrderException:
    template = default_template(draft.type)
    severity = draft.severity or template.severity
    time_to_resolve = uow.tracker.due.get(severity)
    return OrderException(
        id=new_id(),
        order_id=loaded.order.id,
        shipment_id=shipment and shipment.id,
        type=draft.type,
        severity=severity,
        severity_rank=severity.rank,
        caused_by=draft.caused_by or template.caused_by,
        status=ExceptionStatus.OPEN,
        action_required=template.action_required
        if draft.action_required is None
        else draft.action_required,
        summary=summary,
        was_opened_by_person=True,
        is_personal=True,
        opened_at=uow.now,
        due_at=due_at or (time_to_resolve and uow.now + time_to_resolve),
        is_due_at_given=due_at is not None,
        updated_at=uow.now,
    )
