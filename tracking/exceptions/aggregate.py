"""A case: an exception under its order's lock, and what can be done with it there."""

from typing import Any
from uuid import UUID

from errors import IllegalTransition, LimitExceeded, NotFound
from models.enums import ExceptionStatus
from models.exceptions import ExceptionNote, OrderException
from models.node_ids import NodeType, parse_id_of
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder, Differences, difference
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_NOTES = 100
"""Notes of an exception."""


class ExceptionAggregate:
    """An exception under its order's lock."""

    def __init__(self, uow: UnitOfWork, loaded: LoadedOrder, exception: OrderException) -> None:
        self._uow, self._loaded, self.exception = uow, loaded, exception

    @classmethod
    async def lock(cls, uow: UnitOfWork, id_: str) -> "ExceptionAggregate":
        exception_id = parse_id_of(NodeType.EXCEPTION, id_)
        found = await OrderException.filter(id=exception_id) if exception_id else []
        if not found:
            raise NotFound("No exception has this id.", ("id",))
        order_id = found[0].order_id
        loaded = (await lock_orders(uow, [order_id]))[order_id]
        return cls(uow, loaded, next(one for one in loaded.exceptions if one.id == exception_id))

    @property
    def _shipment(self) -> Shipment | None:
        id_ = self.exception.shipment_id
        return None if id_ is None else self._loaded.shipment(id_)

    def unresolved_twin(self) -> OrderException | None:
        twins = (
            one
            for one in self._loaded.exceptions_of(self._shipment)
            if one.type is self.exception.type and one.is_unresolved
        )
        return next(twins, None)

    def move(self, target: ExceptionStatus, reason: str | None = None, **values: Any) -> UUID:
        exception, previous = self.exception, self.exception.status
        if previous is target:
            return exception.id
        if not previous.can_become(target):
            raise IllegalTransition(f"It is {previous} and cannot become {target}.", ("id",))
        exception.status = target
        exception.updated_at = self._uow.now
        if target is ExceptionStatus.ACKNOWLEDGED:
            exception.acknowledged_at = self._uow.now
        for name, value in values.items():
            setattr(exception, name, value)
        record = ChangeRecorder(self._uow, self._loaded.order, reason)
        record.exception_status(self._shipment, exception, previous, self._uow.now)
        reconcile(self._uow, self._loaded, record, self._uow.now)
        return exception.id

    def amend(self, name: str, shown: str, value: str | None) -> UUID:
        before = getattr(self.exception, name)
        setattr(self.exception, name, value)
        self.tell([difference(shown, before, value)])
        return self.exception.id

    def tell(self, said: Differences) -> None:
        self.exception.updated_at = self._uow.now
        record = ChangeRecorder(self._uow, self._loaded.order)
        record.exception_amended(self._shipment, self.exception, said, self._uow.now)

    async def add_note(self, body: str) -> None:
        if await ExceptionNote.filter(exception_id=self.exception.id).count() >= MAXIMUM_NOTES:
            raise LimitExceeded(f"An exception has at most {MAXIMUM_NOTES} notes.", ("id",))
        self._uow.rows.add(
            ExceptionNote(
                exception_id=self.exception.id,
                author=self._uow.viewer.name,
                body=body,
                created_at=self._uow.now,
            )
        )
