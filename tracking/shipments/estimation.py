"""Estimating a shipment: a person says when it is expected."""

from datetime import datetime
from uuid import UUID

from database.columns import new_id
from errors import IllegalTransition, LimitExceeded
from models.enums import EstimateSource
from models.estimates import Estimate
from models.shipments import Shipment
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.inputs import EstimateDraft
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile
from tracking.shipments.commands import instead_of_finished
from tracking.shipments.handover import lock_shipment
from unit_of_work.unit_of_work import UnitOfWork, command

MAXIMUM_ESTIMATES = 500
"""Estimates of a shipment that people or their programs give: one each hour for twenty days. Each
command on the order reads all of them."""


@command
async def estimate_shipment(uow: UnitOfWork, id_: str, draft: EstimateDraft) -> UUID:
    """Add an operator's estimate to a shipment; return the shipment's id.

    Raises NotFound, Invalid, IllegalTransition and LimitExceeded.
    """
    estimate = validation.estimate(draft, "estimate")
    loaded, shipment = await lock_shipment(uow, id_)
    if shipment.status.is_finished:
        raise IllegalTransition(
            f"The shipment is {shipment.status}, and only an unfinished one can have an estimate."
            f" {instead_of_finished(shipment)}",
            ("id",),
        )
    if _is_current(shipment, estimate):
        return shipment.id
    _refuse_another(loaded, shipment)
    recorder = ChangeRecorder(uow, loaded.order, estimate.reason)
    sequence = loaded.order.sequence
    add_estimate(uow, loaded, shipment, estimate, uow.now)
    reconcile(uow, loaded, recorder, uow.now)
    if loaded.order.sequence == sequence:
        # The carrier's estimate has a later moment and stays the current one.
        differences = [difference("estimates", None, estimate.latest)]
        recorder.shipment_amended(shipment, differences, uow.now)
    return shipment.id


def _refuse_another(loaded: LoadedOrder, shipment: Shipment) -> None:
    given = [row for row in loaded.estimates[shipment.id] if row.event_id is None]
    if len(given) >= MAXIMUM_ESTIMATES:
        raise LimitExceeded(
            f"The shipment has {MAXIMUM_ESTIMATES} estimates already. Send those of its carrier"
            " with tracking events.",
            ("id",),
        )


def add_estimate(
    uow: UnitOfWork,
    loaded: LoadedOrder,
    shipment: Shipment,
    estimate: EstimateDraft,
    happened_at: datetime,
) -> None:
    """Store an operator's estimate; reconciliation decides whether it is the current one."""
    id_ = new_id()
    row = Estimate(
        id=id_,
        shipment_id=shipment.id,
        source=EstimateSource.OPERATOR,
        earliest_at=estimate.earliest,
        latest_at=estimate.latest,
        reason=estimate.reason,
        moment=happened_at,
        revised_at=happened_at,
        tie_break=id_.hex,
    )
    loaded.estimates[shipment.id].append(uow.rows.add(row))


def _is_current(shipment: Shipment, estimate: EstimateDraft) -> bool:
    return shipment.estimate_source is EstimateSource.OPERATOR and (
        shipment.estimate_earliest,
        shipment.estimate_latest,
        shipment.estimate_reason,
    ) == (estimate.earliest, estimate.latest, estimate.reason)
