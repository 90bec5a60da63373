"""Reconciliation: after facts were added, every derived column of the order is brought up to date.

Statuses, current estimates, health, and exceptions that events open change in no other way.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from models.allocation import allocate_pieces
from models.denormalized_columns import refresh_denormalized
from tracking.change_recorder import ChangeRecorder, OrderRecorders
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation.context import ReconciliationContext
from tracking.reconciliation.exceptions import reconcile_exceptions
from tracking.reconciliation.health import reconcile_health
from tracking.reconciliation.orders import reconcile_order
from tracking.reconciliation.shipments import reconcile_estimate, reconcile_status
from unit_of_work.unit_of_work import UnitOfWork


def reconcile(
    uow: UnitOfWork, loaded: LoadedOrder, recorder: ChangeRecorder, happened_at: datetime
) -> None:
    """Bring everything derived of an order up to date, and record what changes.

    `happened_at` is the time of what caused it, for changes that no event explains.
    """
    context = ReconciliationContext(uow, loaded, recorder, happened_at)
    folded = {shipment.id: reconcile_status(context, shipment) for shipment in loaded.shipments}
    allocate_pieces(loaded.items, loaded.parcels)
    for parcel in loaded.parcels:
        reconcile_estimate(context, parcel.shipment)
        reconcile_exceptions(context, parcel, folded[parcel.shipment.id])
    reconcile_order(context)
    reconcile_health(context)
    refresh_denormalized(loaded.order, loaded.shipments, loaded.exceptions)


def reconcile_others(
    uow: UnitOfWork,
    orders: Mapping[UUID, LoadedOrder],
    reconciled: LoadedOrder,
    recorders: OrderRecorders,
) -> None:
    """Reconcile the orders that a command on another one has changed."""
    for order_id, recorder in recorders.items():
        if order_id != reconciled.order.id:
            reconcile(uow, orders[order_id], recorder, uow.now)
