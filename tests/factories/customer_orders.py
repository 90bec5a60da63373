"""Orders in every state that a customer may find theirs in, made through the product's commands."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from access.viewer import SYSTEM
from models.enums import DeliveryMethod, ExceptionType, TrackingEventType
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tests.factories.acts import (
    make_events,
    make_exception_id,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, build_address_draft, build_event_draft, build_item_draft
from tracking.inputs import DispatchDraft, EstimateDraft, LocationDraft, PiecesDraft
from tracking.orders.commands import cancel_order, hold_order
from tracking.shipments.commands import pack_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

Type = TrackingEventType
NAGOYA = LocationDraft(city="Nagoya", country="JP")
OSAKA = LocationDraft(city="Osaka", country="JP")
TOKYO = LocationDraft(city="Tokyo", country="JP")
"""Places whose clocks are nine hours ahead of UTC all year long."""
ON_THE_WAY = (
    (Type.INFO_RECEIVED, 74.0, None),
    (Type.PICKED_UP, 52.0, OSAKA),
    (Type.DEPARTED_FACILITY, 47.0, OSAKA),
    (Type.ARRIVED_FACILITY, 30.0, NAGOYA),
    (Type.DEPARTED_FACILITY, 24.0, NAGOYA),
)
"""The types, ages in hours and places of events that lead to the destination's depot."""
AT_THE_DOOR = (
    *ON_THE_WAY,
    (Type.ARRIVED_DESTINATION_FACILITY, 6.0, TOKYO),
    (Type.OUT_FOR_DELIVERY, 2.0, TOKYO),
)
STATES = (
    "pending",
    "confirmed",
    "on_hold",
    "cancelled",
    "packed",
    "not_picked_up",
    "shipped",
    "out_for_delivery",
    "delayed",
    "overdue",
    "attempted",
    "address_problem",
    "payment_due",
    "ready_to_collect",
    "delivered",
    "wrong_delivery",
    "lost",
    "damaged",
    "going_back",
    "returned",
    "stale",
    "partly_shipped",
    "partly_delivered",
)
"""The names of all states."""


class CustomerOrders:
    """Makes orders with which everything happened before `now` or is expected after it."""

    def __init__(self, tracker: Tracker, now: datetime = NOW) -> None:
        self.tracker, self.now, self._numbers = tracker, now, count(1)

    async def make(self, state: str) -> Order:
        """Make an order in a state, which is one of STATES."""
        order: Order = await getattr(self, state)()
        return order

    async def pending(self) -> Order:
        return await self._order(confirmed=False)

    async def confirmed(self) -> Order:
        return await self._order(promised_at=self._ago(days=-3))

    async def on_hold(self) -> Order:
        order = await self._order()
        await hold_order(self.tracker, SYSTEM, order.tracking_id, "The payment is checked")
        return order

    async def cancelled(self) -> Order:
        order = await self._order()
        await cancel_order(self.tracker, SYSTEM, order.tracking_id, "The customer asked for it")
        return order

    async def packed(self) -> Order:
        order = await self._order()
        shipment = await make_shipment(self.tracker, order)
        await pack_shipment(self.tracker, SYSTEM, shipment_node_id(shipment.id))
        return order

    async def not_picked_up(self) -> Order:
        """The carrier has been told of the parcel, and has sent no news."""
        order = await self._order()
        await self._dispatched(order, self._estimate(days=2))
        return order

    async def shipped(self) -> Order:
        return await self._travelled(ON_THE_WAY, self._estimate(days=1))

    async def out_for_delivery(self) -> Order:
        return await self._travelled(AT_THE_DOOR, self._estimate(days=0))

    async def delayed(self) -> Order:
        """The carrier says that it needs longer, because of the weather, and sets a later day."""
        order = await self._order()
        shipment_id = await self._dispatched(order, self._estimate(days=1))
        await self._record(shipment_id, ON_THE_WAY)
        await make_events(
            self.tracker,
            build_event_draft(
                Type.DELAYED,
                shipment_id=shipment_id,
                occurred_at=self._ago(hours=1),
                exception_type=ExceptionType.WEATHER,
                estimate=self._estimate(days=3),
                location=NAGOYA,
            ),
        )
        return order

    async def overdue(self) -> Order:
        """The last day that was given is over, and nobody has given another."""
        return await self._travelled(ON_THE_WAY, self._estimate(days=-1))

    async def attempted(self) -> Order:
        events = (*AT_THE_DOOR, (Type.DELIVERY_ATTEMPTED, 0.5, TOKYO))
        return await self._travelled(events, self._estimate(days=0))

    async def address_problem(self) -> Order:
        order = await self.shipped()
        await make_exception_id(
            self.tracker, order, type=ExceptionType.ADDRESS_PROBLEM, summary="House number unknown"
        )
        return order

    async def payment_due(self) -> Order:
        order = await self.shipped()
        await make_exception_id(
            self.tracker, order, type=ExceptionType.PAYMENT_DUE, summary="Duties"
        )
        return order

    async def ready_to_collect(self) -> Order:
        shop = LocationDraft(name="Kiosk at the station", city="Tokyo", country="JP")
        events = (*AT_THE_DOOR[:-1], (Type.AVAILABLE_FOR_PICKUP, 1.0, shop))
        return await self._travelled(events, None, delivery_method=DeliveryMethod.PICKUP)

    async def delivered(self) -> Order:
        order = await self._order()
        shipment_id = await self._dispatched(order, self._estimate(days=0))
        await self._record(shipment_id, AT_THE_DOOR)
        await make_events(
            self.tracker,
            build_event_draft(
                Type.DELIVERED,
                shipment_id=shipment_id,
                occurred_at=self._ago(minutes=20),
                location=TOKYO,
                signed_by="Neighbour 1",
            ),
        )
        return order

    async def wrong_delivery(self) -> Order:
        order = await self.delivered()
        await make_exception_id(
            self.tracker, order, type=ExceptionType.WRONG_DELIVERY, summary="The customer rang"
        )
        return order

    async def lost(self) -> Order:
        return await self._travelled(
            (*ON_THE_WAY, (Type.LOST, 1.0, NAGOYA)), self._estimate(days=-2)
        )

    async def damaged(self) -> Order:
        events = (*ON_THE_WAY, (Type.DAMAGED, 1.0, NAGOYA))
        return await self._travelled(events, self._estimate(days=1))

    async def going_back(self) -> Order:
        events = (*AT_THE_DOOR, (Type.REFUSED, 1.0, TOKYO), (Type.RETURN_STARTED, 0.5, TOKYO))
        return await self._travelled(events, self._estimate(days=0))

    async def returned(self) -> Order:
        events = (*ON_THE_WAY, (Type.RETURN_STARTED, 20.0, TOKYO), (Type.RETURNED, 1.0, OSAKA))
        return await self._travelled(events, self._estimate(days=0))

    async def stale(self) -> Order:
        order = await self.shipped()
        shipment = await Shipment.get(order_id=order.id)
        await make_exception_id(
            self.tracker,
            order,
            type=ExceptionType.STALE,
            summary="No news",
            shipment_id=shipment_node_id(shipment.id),
        )
        return order

    async def partly_shipped(self) -> Order:
        """Two of five pieces are on their way; three are not packed yet."""
        order, (mug, _) = await self._order_of_two_lines()
        pieces = [PiecesDraft(item_id=mug, quantity=2)]
        shipment = await make_shipment(self.tracker, order, items=pieces)
        await self._hand_over(shipment_node_id(shipment.id), self._estimate(days=1))
        await self._record(shipment_node_id(shipment.id), ON_THE_WAY)
        return order

    async def partly_delivered(self) -> Order:
        """One parcel has arrived, one is out for delivery, and the last piece is not packed yet."""
        order, (mug, lamp) = await self._order_of_two_lines()
        for item, quantity, events in (
            (mug, 2, (*AT_THE_DOOR, (Type.DELIVERED, 1.0, TOKYO))),
            (lamp, 2, AT_THE_DOOR),
        ):
            pieces = [PiecesDraft(item_id=item, quantity=quantity)]
            shipment = await make_shipment(self.tracker, order, items=pieces)
            await self._hand_over(shipment_node_id(shipment.id), self._estimate(days=0))
            await self._record(shipment_node_id(shipment.id), events)
        return order

    async def _order(self, *, confirmed: bool = True, **values: Any) -> Order:
        defaults = {
            "reference": f"A-{next(self._numbers)}",
            "items": [
                build_item_draft(name="Enamel mug"),
                build_item_draft(sku="LAMP", name="Desk lamp", quantity=1),
            ],
            "shipping_address": build_address_draft(
                name="Customer 1", city="Tokyo", postal_code="100-0001", country="JP"
            ),
            "placed_at": self._ago(days=4),
        }
        return await make_order(self.tracker, confirmed=confirmed, **{**defaults, **values})

    async def _order_of_two_lines(self) -> tuple[Order, list[str]]:
        """Two mugs and three lamps, with the ids of their lines."""
        items = [
            build_item_draft(name="Enamel mug"),
            build_item_draft(sku="LAMP", name="Desk lamp", quantity=3),
        ]
        order = await self._order(items=items)
        lines = await OrderItem.filter(order_id=order.id).order_by("line")
        return order, [node_id(NodeType.ITEM, line.id) for line in lines]

    async def _travelled(
        self,
        events: tuple[tuple[Type, float, LocationDraft | None], ...],
        estimate: EstimateDraft | None,
        **values: Any,
    ) -> Order:
        """An order in one parcel of which these events are known."""
        order = await self._order(**values)
        await self._record(await self._dispatched(order, estimate), events)
        return order

    async def _dispatched(self, order: Order, estimate: EstimateDraft | None) -> str:
        shipment = await make_shipment(self.tracker, order)
        await self._hand_over(shipment_node_id(shipment.id), estimate)
        return shipment_node_id(shipment.id)

    async def _hand_over(self, shipment_id: str, estimate: EstimateDraft | None) -> None:
        number = f"1Z999AA{next(self._numbers):011}"
        draft = DispatchDraft(
            carrier="ups", tracking_number=number, estimate=estimate, occurred_at=self._ago(days=3)
        )
        await dispatch_shipment(self.tracker, SYSTEM, shipment_id, draft)

    async def _record(
        self,
        shipment_id: str,
        events: tuple[tuple[Type, float, LocationDraft | None], ...],
    ) -> None:
        drafts = [
            build_event_draft(
                type_,
                shipment_id=shipment_id,
                occurred_at=self._ago(hours=hours),
                location=location,
            )
            for type_, hours, location in events
        ]
        await make_events(self.tracker, *drafts)

    def _estimate(self, *, days: int) -> EstimateDraft:
        """From the next hour on, for three hours, so many days from today."""
        start = self._ago(days=-days).replace(minute=0) + timedelta(hours=1)
        return EstimateDraft(earliest=start, latest=start + timedelta(hours=3))

    def _ago(self, **duration: float) -> datetime:
        return self.now - timedelta(**duration)
