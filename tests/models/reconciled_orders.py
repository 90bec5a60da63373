"""An order in memory that can be reconciled again after each change, without a database."""

from dataclasses import dataclass, field
from datetime import datetime

from access.viewer import SYSTEM
from models.changes import Change
from models.enums import ChangeKind, ExceptionStatus, ExceptionType
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.shipments import Shipment
from tests.factories.in_memory import START, build_item, build_order, build_parcel, hour
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import LoadedOrder
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import Tracker, UnitOfWork


@dataclass
class ReconciledOrder:
    """A confirmed order of one line. `now` is its clock, in hours after START."""

    now: float = 100
    ordered: int = 2
    promised_at: datetime | None = None
    loaded: LoadedOrder = field(init=False)

    def __post_init__(self) -> None:
        order = build_order(confirmed_at=START, promised_at=self.promised_at, sequence=0)
        self.loaded = LoadedOrder(order)
        self.loaded.items.append(build_item(quantity=self.ordered))
        self.reconcile()

    def ship(self, quantity: int = 2) -> Shipment:
        """Add a dispatched shipment with this many pieces of the order's item."""
        parcel = build_parcel({self.loaded.items[0].id: quantity}, dispatched_at=hour(0))
        parcel.shipment.order_id = self.loaded.order.id
        self.loaded.shipments.append(parcel.shipment)
        self.loaded.contents[parcel.shipment.id] = list(parcel.contents)
        self.reconcile()
        return parcel.shipment

    def record(self, shipment: Shipment, *events: TrackingEvent) -> list[Change]:
        """Record the events for the shipment, and return the changes that follow."""
        for event in events:
            event.order_id, event.shipment_id = self.loaded.order.id, shipment.id
            self.loaded.events[shipment.id].append(event)
        return self.reconcile()

    def retract(self, event: TrackingEvent) -> list[Change]:
        event.retracted_at = hour(self.now)
        return self.reconcile()

    def withdraw(self, shipment: Shipment) -> list[Change]:
        """Cancel the shipment as a person does it."""
        shipment.withdrawn_at = hour(self.now)
        return self.reconcile()

    def reconcile(self) -> list[Change]:
        uow = UnitOfWork(Tracker(announce=lambda head: None), SYSTEM, hour(self.now), SYSTEM.name)
        reconcile(uow, self.loaded, ChangeRecorder(uow, self.loaded.order), hour(self.now))
        return uow.changes

    def close(self, exception: OrderException, status: ExceptionStatus) -> None:
        """Close the exception as a person does it."""
        exception.status, exception.was_closed_by_person = status, True
        self.reconcile()

    @property
    def exceptions(self) -> list[OrderException]:
        return self.loaded.exceptions

    def open_types(self) -> set[ExceptionType]:
        return {exception.type for exception in self.exceptions if exception.is_unresolved}

    def only_exception(self) -> OrderException:
        (exception,) = self.exceptions
        return exception


def kinds(changes: list[Change]) -> list[ChangeKind]:
    return [change.kind for change in changes]
