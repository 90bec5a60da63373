"""The exception aggregate: one exception with its order, under the order's lock."""

from typing import Any
from uuid import UUID

from errors import IllegalTransition, LimitExceeded, NotFound
from models.enums import ExceptionStatus
from models.exceptions import ExceptionNote, OrderException
from models.node_ids import NodeType, parse_id
from models.shipments import Shipment
from tracking.change_recorder import ChangeRecorder
from tracking.differences import Differences, difference
from tracking.orders.loaded_orders import LoadedOrder, lock_orders
from tracking.partners import sees
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import UnitOfWork

MAXIMUM_NOTES = 100
"""Notes of an exception: room for a long discussion, in an answer that stays short."""


UNKNOWN = "No exception has this id."


class ExceptionAggregate:
    """An exception and its order, under the order's lock."""

    def __init__(self, uow: UnitOfWork, loaded: LoadedOrder, exception: OrderException) -> None:
        self._uow, self._loaded, self.exception = uow, loaded, exception

    @classmethod
    async def lock(cls, uow: UnitOfWork, id_: str) -> "ExceptionAggregate":
        """Lock the exception's order. Raises NotFound if no visible exception has this node id."""
        exception_id = parse_id(NodeType.EXCEPTION, id_)
        rows = await OrderException.filter(id=exception_id) if exception_id else []
        if not rows:
            raise NotFound(UNKNOWN, ("id",))
        order_id = rows[0].order_id
        loaded = (await lock_orders(uow, [order_id]))[order_id]
        aggregate = cls(
            uow, loaded, next(row for row in loaded.exceptions if row.id == exception_id)
        )
        if not sees(uow.viewer, aggregate._shipment):
            raise NotFound(UNKNOWN, ("id",))
        return aggregate

    @property
    def _shipment(self) -> Shipment | None:
        id_ = self.exception.shipment_id
        return None if id_ is None else self._loaded.shipment(id_)

    def unresolved_twin(self) -> OrderException | None:
        """Return the unresolved exception of the same type and shipment, if there is one."""
        return self._loaded.unresolved_exception(self._shipment, self.exception.type)

    def move(self, target: ExceptionStatus, reason: str | None = None, **values: Any) -> UUID:
        """Move the exception to a status and set columns, record it, and return the exception's id.

        Raises IllegalTransition if the status cannot become `target`.
        """
        exception, previous = self.exception, self.exception.status
        if previous is target:
            return exception.id
        if not previous.can_become(target):
            raise IllegalTransition(
                f"The exception is {previous} and cannot become {target}.", ("id",)
            )
        exception.status = target
        exception.updated_at = self._uow.now
        if target is ExceptionStatus.ACKNOWLEDGED:
            exception.acknowledged_at = self._uow.now
        for name, value in values.items():
            setattr(exception, name, value)
        recorder = ChangeRecorder(self._uow, self._loaded.order, reason)
        recorder.exception_status(self._shipment, exception, previous, self._uow.now)
        reconcile(self._uow, self._loaded, recorder, self._uow.now)
        return exception.id

    def amend(self, column: str, api_name: str, value: str | None) -> UUID:
        """Set one column, record the amendment, and return the exception's id."""
        before = getattr(self.exception, column)
        setattr(self.exception, column, value)
        self.record_amendment([difference(api_name, before, value)])
        return self.exception.id

    def record_amendment(self, differences: Differences) -> None:
        self.exception.updated_at = self._uow.now
        recorder = ChangeRecorder(self._uow, self._loaded.order)
        recorder.exception_amended(self._shipment, self.exception, differences, self._uow.now)

    async def add_note(self, body: str) -> None:
        """Add a note by the caller. Raises LimitExceeded if the exception has too many."""
        if await ExceptionNote.filter(exception_id=self.exception.id).count() >= MAXIMUM_NOTES:
            raise LimitExceeded(f"An exception has at most {MAXIMUM_NOTES} notes.", ("id",))
        self._uow.rows.add(
            ExceptionNote(
                exception_id=self.exception.id,
                author=self._uow.viewer.actor,
                body=body,
                created_at=self._uow.now,
            )
        )
