"""Random commands and carrier events for one order and what belongs to it by then."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from access.viewer import SYSTEM
from models.enums import ExceptionResolution, ExceptionType, Party, TrackingEventType
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order, OrderItem
from models.shipments import Shipment
from tests.factories.drafts import NOW, build_carrier_event_draft, build_event_draft
from tracking.events.commands import record_events
from tracking.events.retraction import retract_event
from tracking.exceptions import commands as exceptions
from tracking.exceptions.creation import open_exception
from tracking.inputs import (
    DispatchDraft,
    EstimateDraft,
    ExceptionDraft,
    OrderAmendment,
    PiecesDraft,
    ShipmentAmendment,
    ShipmentDraft,
)
from tracking.orders import commands as orders
from tracking.orders.amendment import amend_order
from tracking.shipments import commands as shipments
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.creation import create_shipment
from tracking.shipments.dispatch import dispatch_shipment
from tracking.shipments.estimation import estimate_shipment
from tracking.sweeper import sweep
from unit_of_work.unit_of_work import Tracker

COMMANDS = [
    *("confirm", "hold", "release", "cancel", "cancel_item", "promise"),
    *("create", "pack", "dispatch", "amend", "estimate", "withdraw"),
    *("open", "acknowledge", "start", "wait", "resolve", "dismiss", "reopen"),
]
"""Commands, which move an order only to one of its next statuses."""
EVENTS = ["record", "record_by_number", "retract", "sweep"]
TYPES = list(TrackingEventType)
AGES = (0, 0, 20, 40, 75)
"""How many days ago shipments were created and events happened: carriers use numbers again after
30."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command or event; `which` picks its target among the rows that exist."""

    name: str
    which: int
    number: int
    hours: int


steps = st.builds(
    Step,
    name=st.sampled_from(
        [*COMMANDS, *["create", "dispatch", "pack"] * 2, *EVENTS, *["record"] * 8]
    ),
    which=st.integers(0, 50),
    number=st.integers(1, 3),
    hours=st.integers(1, 30),
)
beginnings = st.sampled_from(
    [
        [],
        [Step("confirm", 0, 1, 1)],
        [Step("confirm", 0, 1, 1), Step("create", 1, 2, 1), Step("create", 0, 1, 1)],
        [Step("confirm", 0, 1, 1), Step("create", 0, 1, 1), Step("dispatch", 0, 1, 1)],
        [
            *(Step("confirm", 0, 1, 1), Step("create", 0, 1, 1), Step("withdraw", 0, 1, 1)),
            *(Step("create", 1, 2, 1), Step("cancel", 0, 1, 1), Step("record", 3, 1, 1)),
        ],
        [
            *(Step("confirm", 0, 1, 1), Step("create", 0, 1, 1), Step("withdraw", 0, 1, 1)),
            *(Step("create", 0, 1, 1), Step("record", 6, 1, 1)),
        ],
        [
            *(Step("confirm", 0, 1, 1), Step("create", 1, 2, 1), Step("create", 0, 1, 1)),
            *(Step("cancel_item", 0, 2, 1), Step("cancel_item", 1, 1, 1)),
        ],
    ]
)
step_lists = st.tuples(beginnings, st.lists(steps, max_size=15)).map(
    lambda parts: parts[0] + parts[1]
)


@dataclass(slots=True)
class CommandRunner:
    """Runs steps on one order; its clock moves by an hour before each step, and not otherwise."""

    tracker: Tracker
    order: Order
    now: datetime = NOW
    recorded: int = field(default=0)

    async def run(self, step: Step) -> None:
        self.now += timedelta(hours=1)
        self.tracker = replace(self.tracker, clock=lambda: self.now)
        run: Callable[[Step], Awaitable[Any]] = getattr(self, f"_{step.name}")
        await run(step)

    async def _confirm(self, step: Step) -> None:
        await orders.confirm_order(self.tracker, SYSTEM, self.order.tracking_id)

    async def _hold(self, step: Step) -> None:
        await orders.hold_order(self.tracker, SYSTEM, self.order.tracking_id, "fraud check")

    async def _release(self, step: Step) -> None:
        await orders.release_order(self.tracker, SYSTEM, self.order.tracking_id)

    async def _cancel(self, step: Step) -> None:
        await orders.cancel_order(self.tracker, SYSTEM, self.order.tracking_id, "no more")

    async def _cancel_item(self, step: Step) -> None:
        pieces = [await self._pieces(step)]
        tracking_id = self.order.tracking_id
        await orders.cancel_order(self.tracker, SYSTEM, tracking_id, "sold out", items=pieces)

    async def _promise(self, step: Step) -> None:
        promised_at = None if step.which % 5 == 0 else NOW + timedelta(hours=step.hours)
        amendment = OrderAmendment(promised_at=promised_at)
        await amend_order(self.tracker, SYSTEM, self.order.tracking_id, amendment)

    async def _create(self, step: Step) -> None:
        item = await self._pieces(step)
        created_at = self.now - timedelta(days=AGES[step.hours % len(AGES)])
        draft = ShipmentDraft(items=None if step.which % 4 == 0 else [item], occurred_at=created_at)
        await create_shipment(self.tracker, SYSTEM, self.order.tracking_id, draft)

    async def _pack(self, step: Step) -> None:
        await shipments.pack_shipment(self.tracker, SYSTEM, await self._shipment(step))

    async def _dispatch(self, step: Step) -> None:
        draft = DispatchDraft(carrier="ups", tracking_number=self._number(step))
        await dispatch_shipment(self.tracker, SYSTEM, await self._shipment(step), draft)

    async def _amend(self, step: Step) -> None:
        draft = ShipmentAmendment(carrier="ups", tracking_number=self._number(step))
        await amend_shipment(self.tracker, SYSTEM, await self._shipment(step), draft)

    async def _estimate(self, step: Step) -> None:
        draft = EstimateDraft(earliest=NOW, latest=NOW + timedelta(hours=step.hours))
        await estimate_shipment(self.tracker, SYSTEM, await self._shipment(step), draft)

    async def _withdraw(self, step: Step) -> None:
        id_ = await self._shipment(step)
        await shipments.cancel_shipment(self.tracker, SYSTEM, id_, "wrong box")

    async def _record(self, step: Step) -> None:
        await self._record_event(step, shipment_id=await self._shipment(step))

    async def _record_by_number(self, step: Step) -> None:
        await self._record_event(step)

    async def _record_event(self, step: Step, **values: Any) -> None:
        self.recorded += 1
        days = AGES[step.hours % len(AGES)]
        occurred_at = self.now - timedelta(days=days, hours=step.hours)
        values |= {
            "source_event_id": f"{self.order.id} {self.recorded}",
            "occurred_at": occurred_at,
        }
        type_ = TYPES[step.which % len(TYPES)]
        if "shipment_id" in values:
            draft = build_event_draft(type_, **values)
        else:
            draft = build_carrier_event_draft(type_, self._number(step), **values)
        await record_events(self.tracker, SYSTEM, "api", [draft])

    async def _retract(self, step: Step) -> None:
        rows = await TrackingEvent.filter(order_id=self.order.id).order_by("recorded_at", "id")
        id_ = node_id(NodeType.EVENT, rows[step.which % len(rows)].id) if rows else ""
        await retract_event(self.tracker, SYSTEM, id_, "mistaken")

    async def _sweep(self, step: Step) -> None:
        await sweep(self.tracker)

    async def _open(self, step: Step) -> None:
        types = [ExceptionType.DAMAGED, ExceptionType.OTHER, ExceptionType.LOST]
        draft = ExceptionDraft(type=types[step.which % 3], summary="?")
        if step.number > 1:
            draft.shipment_id = await self._shipment(step)
        await open_exception(self.tracker, SYSTEM, self.order.tracking_id, draft)

    async def _acknowledge(self, step: Step) -> None:
        await exceptions.acknowledge_exception(self.tracker, SYSTEM, await self._exception(step))

    async def _start(self, step: Step) -> None:
        await exceptions.start_exception(self.tracker, SYSTEM, await self._exception(step))

    async def _wait(self, step: Step) -> None:
        id_ = await self._exception(step)
        await exceptions.wait_exception(self.tracker, SYSTEM, id_, Party.CARRIER)

    async def _resolve(self, step: Step) -> None:
        id_ = await self._exception(step)
        await exceptions.resolve_exception(self.tracker, SYSTEM, id_, ExceptionResolution.REFUNDED)

    async def _dismiss(self, step: Step) -> None:
        await exceptions.dismiss_exception(self.tracker, SYSTEM, await self._exception(step), "no")

    async def _reopen(self, step: Step) -> None:
        await exceptions.reopen_exception(self.tracker, SYSTEM, await self._exception(step), "yes")

    async def _pieces(self, step: Step) -> PiecesDraft:
        lines = await OrderItem.filter(order_id=self.order.id).order_by("line")
        line = lines[step.which % len(lines)]
        return PiecesDraft(item_id=node_id(NodeType.ITEM, line.id), quantity=step.number)

    async def _shipment(self, step: Step) -> str:
        rows = await Shipment.filter(order_id=self.order.id).order_by("id")
        return node_id(NodeType.SHIPMENT, rows[step.which % len(rows)].id) if rows else ""

    async def _exception(self, step: Step) -> str:
        rows = await OrderException.filter(order_id=self.order.id).order_by("id")
        return node_id(NodeType.EXCEPTION, rows[step.which % len(rows)].id) if rows else ""

    def _number(self, step: Step) -> str:
        return f"{self.order.tracking_id}{step.number}"
