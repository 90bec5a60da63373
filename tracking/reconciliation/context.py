"""The context of a reconciliation: the order, and where its changes are recorded."""

from dataclasses import dataclass
from datetime import datetime

from models.estimates import Expectation, promise_of
from models.orders import Order
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import LoadedOrder
from unit_of_work.unit_of_work import UnitOfWork


@dataclass(slots=True)
class ReconciliationContext:
    """One reconciliation of one order.

    `happened_at` is the time of what caused it; changes that an event explains have the event's.
    """

    uow: UnitOfWork
    loaded: LoadedOrder
    recorder: ChangeRecorder
    happened_at: datetime

    @property
    def order(self) -> Order:
        return self.loaded.order

    @property
    def promise(self) -> Expectation | None:
        return promise_of(self.order)

    @property
    def has_free_pieces(self) -> bool:
        return any(item.free_quantity for item in self.loaded.items)
