"""A settlement: one order being settled, and where what follows is written down."""

from dataclasses import dataclass
from datetime import datetime

from models.estimates import Expectation, promise_of
from models.orders import Order
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import LoadedOrder
from unit_of_work.unit_of_work import UnitOfWork


@dataclass(slots=True)
class ReconciliationContext:
    """`happened_at`: when what brought this about happened, where no event says more."""

    uow: UnitOfWork
    loaded: LoadedOrder
    record: ChangeRecorder
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
