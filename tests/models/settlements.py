"""An order on the desk: its rows in memory, settled as often as one likes."""

from dataclasses import dataclass, field
from datetime import datetime

from auth import SYSTEM
from models.changes import Change
from models.enums import ChangeKind, ExceptionStatus, ExceptionType
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.shipments import Shipment
from tests.models.rows import hour, make_item, make_order, make_parcel
from tracking.acts import Act, Tracker
from tracking.loading import LoadedOrder
from tracking.recording import Recorder
from tracking.settling import settle


@dataclass
class Desk:
    """One order of one line. Its clock stands at `now`, hours after START."""

    now: float = 100
    ordered: int = 2
    promised_at: datetime | None = None
    loaded: LoadedOrder = field(init=False)

    def __post_init__(self) -> None:
        self.loaded = LoadedOrder(make_order(promised_at=self.promised_at))
        self.loaded.items.append(make_item(self.ordered))
        self.settle()

    def ship(self, quantity: int = 2) -> Shipment:
        """A dispatched parcel."""
        parcel = make_parcel({self.loaded.items[0].id: quantity}, dispatched_at=hour(0))
        parcel.shipment.order_id = self.loaded.order.id
        self.loaded.shipments.append(parcel.shipment)
        self.loaded.contents[parcel.shipment.id] = list(parcel.contents)
        self.settle()
        return parcel.shipment

    def tell(self, shipment: Shipment, *events: TrackingEvent) -> list[Change]:
        for event in events:
            event.order_id, event.shipment_id = self.loaded.order.id, shipment.id
            self.loaded.events[shipment.id].append(event)
        return self.settle()

    def retract(self, event: TrackingEvent) -> list[Change]:
        event.retracted_at = hour(self.now)
        return self.settle()

    def withdraw(self, shipment: Shipment) -> list[Change]:
        """As a person cancels it."""
        shipment.withdrawn_at = hour(self.now)
        return self.settle()

    def settle(self) -> list[Change]:
        act = Act(Tracker(announce=lambda head: None), SYSTEM, hour(self.now), SYSTEM.name)
        settle(act, self.loaded, Recorder(act, self.loaded.order), hour(self.now))
        return act.changes

    def close(self, record: OrderException, status: ExceptionStatus) -> None:
        """As a person closes it."""
        record.status, record.was_closed_by_person = status, True
        self.settle()

    @property
    def records(self) -> list[OrderException]:
        return self.loaded.exceptions

    def open_types(self) -> set[ExceptionType]:
        return {one.type for one in self.records if one.is_unresolved}

    def only_record(self) -> OrderException:
        (record,) = self.records
        return record


def kinds(changes: list[Change]) -> list[ChangeKind]:
    return [change.kind for change in changes]
