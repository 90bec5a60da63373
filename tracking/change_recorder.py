"""The change recorder: adds the changes that a command makes to its unit of work."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from database.rows import new_row
from database.timestamps import rfc_3339
from models.changes import IS_ERASED, Change
from models.customers import ERASED
from models.enums import ChangeKind, ExceptionStatus, Health, OrderStatus, ShipmentStatus
from models.estimates import Expectation
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from tracking.differences import MASKED, Differences, difference
from unit_of_work.unit_of_work import UnitOfWork


class ChangeRecorder:
    """Records the changes of one order; the log keeps them in the order of these calls.

    `reason` is the one that the caller of the command gave.
    """

    def __init__(self, uow: UnitOfWork, order: Order, reason: str | None = None) -> None:
        self._uow = uow
        self._order = order
        self._reason = reason
        self.last_moved_at: datetime | None = None
        """The time of the latest change of a shipment's status, None without one."""

    def order_created(self, occurred_at: datetime) -> None:
        self._add(ChangeKind.ORDER_CREATED, occurred_at)

    def order_status(self, previous: OrderStatus, occurred_at: datetime) -> None:
        self._add(
            ChangeKind.ORDER_STATUS, occurred_at, previous=previous, status=self._order.status
        )

    def order_amended(self, differences: Differences, occurred_at: datetime) -> None:
        self._add(ChangeKind.ORDER_AMENDED, occurred_at, details={"differences": differences})

    def order_erased(self, occurred_at: datetime) -> None:
        """Record that the order's personal data was erased."""
        differences = [
            difference("customer", MASKED, ERASED),
            difference("shippingAddress", MASKED, ERASED),
        ]
        details = {"differences": differences, IS_ERASED: True}
        self._add(ChangeKind.ORDER_AMENDED, occurred_at, details=details)

    def shipment_status(
        self, shipment: Shipment, previous: ShipmentStatus | None, occurred_at: datetime
    ) -> None:
        self.last_moved_at = max(self.last_moved_at or occurred_at, occurred_at)
        self._add(
            ChangeKind.SHIPMENT_STATUS,
            occurred_at,
            shipment=shipment,
            previous=previous,
            status=shipment.status,
        )

    def shipment_amended(
        self, shipment: Shipment, differences: Differences, occurred_at: datetime
    ) -> None:
        self._add(
            ChangeKind.SHIPMENT_AMENDED,
            occurred_at,
            shipment=shipment,
            details={"differences": differences},
        )

    def event_recorded(self, shipment: Shipment, event: TrackingEvent) -> None:
        """Record an event; its actor is its source, also if a command matches it to a shipment."""
        kind = ChangeKind.EVENT_RECORDED
        self._event(kind, shipment, event, event.occurred_at, actor=event.source)

    def event_retracted(self, shipment: Shipment, event: TrackingEvent) -> None:
        self._event(ChangeKind.EVENT_RETRACTED, shipment, event, self._uow.now)

    def _event(
        self,
        kind: ChangeKind,
        shipment: Shipment,
        event: TrackingEvent,
        occurred_at: datetime,
        **values: Any,
    ) -> None:
        self._add(
            kind,
            occurred_at,
            shipment=shipment,
            event_id=event.id,
            event_type=event.type,
            **values,
        )

    def estimate_revised(
        self,
        shipment: Shipment | None,
        previous: Expectation | None,
        estimate: Expectation,
        occurred_at: datetime,
    ) -> None:
        details = {
            "previous": _expectation_details(previous),
            "estimate": _expectation_details(estimate),
        }
        self._add(ChangeKind.ESTIMATE, occurred_at, shipment=shipment, details=details)

    def health(
        self, shipment: Shipment | None, previous: Health, health: Health, occurred_at: datetime
    ) -> None:
        self._add(
            ChangeKind.HEALTH, occurred_at, shipment=shipment, previous=previous, status=health
        )

    def exception_status(
        self,
        shipment: Shipment | None,
        exception: OrderException,
        previous: ExceptionStatus | None,
        occurred_at: datetime,
        reason: str | None = None,
    ) -> None:
        self._exception(
            ChangeKind.EXCEPTION_STATUS,
            shipment,
            exception,
            occurred_at,
            previous=previous,
            reason=reason,
        )

    def exception_amended(
        self,
        shipment: Shipment | None,
        exception: OrderException,
        differences: Differences,
        occurred_at: datetime,
    ) -> None:
        self._exception(
            ChangeKind.EXCEPTION_AMENDED,
            shipment,
            exception,
            occurred_at,
            details={"differences": differences},
        )

    def _exception(
        self,
        kind: ChangeKind,
        shipment: Shipment | None,
        exception: OrderException,
        occurred_at: datetime,
        **values: Any,
    ) -> None:
        self._add(
            kind,
            occurred_at,
            shipment=shipment,
            exception_id=exception.id,
            exception_type=exception.type,
            status=exception.status,
            assignee=exception.assignee,
            **values,
        )

    def _add(
        self,
        kind: ChangeKind,
        occurred_at: datetime,
        *,
        shipment: Shipment | None = None,
        reason: str | None = None,
        actor: str | None = None,
        **values: Any,
    ) -> None:
        self._order.sequence += 1
        self._order.updated_at = self._uow.now
        self._uow.changes.append(
            new_row(
                Change,
                position=0,
                order_id=self._order.id,
                sequence=self._order.sequence,
                kind=kind,
                shipment_id=shipment and shipment.id,
                carrier=shipment and shipment.carrier,
                country=self._order.destination_country,
                occurred_at=occurred_at,
                recorded_at=self._uow.now,
                actor=actor or self._uow.actor,
                reason=reason or self._reason,
                **values,
            )
        )


class OrderRecorders:
    """The change recorders of the orders that a command changes: one for each."""

    def __init__(self, uow: UnitOfWork, reason: str | None = None) -> None:
        self._uow = uow
        self._reason = reason
        self._recorders: dict[UUID, ChangeRecorder] = {}

    def recorder_of(self, order: Order) -> ChangeRecorder:
        if order.id not in self._recorders:
            self._recorders[order.id] = ChangeRecorder(self._uow, order, self._reason)
        return self._recorders[order.id]

    def items(self) -> Iterable[tuple[UUID, ChangeRecorder]]:
        """Return the orders that have changed, each with its recorder."""
        return self._recorders.items()


def _expectation_details(expectation: Expectation | None) -> dict[str, object] | None:
    if expectation is None:
        return None
    return {
        "earliest": rfc_3339(expectation.earliest),
        "latest": rfc_3339(expectation.latest),
        "source": expectation.source,
        "reason": expectation.reason,
        "revised_at": rfc_3339(expectation.revised_at),
    }
