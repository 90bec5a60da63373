"""Invariants that hold after each of any sequence of commands and carrier events."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given

from access.viewer import SYSTEM
from errors import DomainError
from models.changes import Change
from models.enums import ChangeKind, ShipmentStatus
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from tests.factories.acts import make_order
from tests.factories.drafts import NOW, build_item_draft
from tests.profiles import examples
from tests.tracking.assertions import (
    assert_events_are_with_their_shipments,
    assert_log_is_gapless,
    current_head,
    delete_all_rows,
)
from tests.tracking.random_commands import COMMANDS, CommandRunner, Step, step_lists
from tracking.change_recorder import ChangeRecorder
from tracking.orders.loaded_orders import lock_orders
from tracking.reconciliation import reconcile
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command

pytestmark = pytest.mark.usefixtures("db")

EXAMPLES = examples(25, on_one_database=True)
MOVED_BY_NEWS = {ChangeKind.EVENT_RECORDED, ChangeKind.EVENT_RETRACTED}


@given(step_lists)
@EXAMPLES
async def test_invariants_hold_after_any_commands(tracker: Tracker, plan: list[Step]) -> None:
    await delete_all_rows()
    frozen = replace(tracker, clock=lambda: NOW)
    lines = [build_item_draft(quantity=3), build_item_draft(sku="CUP", quantity=2)]
    order = await make_order(frozen, items=lines, confirmed=False)
    runner = CommandRunner(frozen, order)

    for step in plan:
        await _play(runner, step)

    await assert_log_is_gapless()


async def _play(runner: CommandRunner, step: Step) -> None:
    before, position = await Order.get(id=runner.order.id), await current_head()
    try:
        await runner.run(step)
    except DomainError:
        assert await current_head() == position
        return
    after = await Order.get(id=runner.order.id)
    assert after.sequence - before.sequence == await current_head() - position
    if step.name in COMMANDS and not await _was_moved_by_event(position):
        assert after.status in (before.status, *before.next_statuses), (before.status, step)
    await _assert_pieces_are_conserved(after)
    await _assert_copies_agree(after)
    await assert_events_are_with_their_shipments()
    if await current_head() == position:
        # A command that does nothing does not reconcile what time alone has changed since.
        return
    rows = await _rows_of(after)
    assert await reconcile_again(runner.tracker, SYSTEM, after.id) == 0
    assert await _rows_of(after) == rows


async def _was_moved_by_event(position: int) -> bool:
    changes = await Change.filter(position__gt=position)
    return any(change.kind in MOVED_BY_NEWS for change in changes)


async def _assert_pieces_are_conserved(order: Order) -> None:
    for line in await OrderItem.filter(order_id=order.id):
        assert line.allocated_quantity + line.cancelled_quantity <= line.quantity
        assert line.shipped_quantity <= line.allocated_quantity
        for part in (line.delivered_quantity, line.returned_quantity, line.lost_quantity):
            assert part <= line.shipped_quantity
        contents = await ShipmentItem.filter(item_id=line.id).prefetch_related("shipment")
        assert line.allocated_quantity == sum(content.held_quantity for content in contents)
        for content in contents:
            is_cancelled = content.shipment.status is ShipmentStatus.CANCELLED
            assert content.held_quantity <= (0 if is_cancelled else content.quantity)


async def _assert_copies_agree(order: Order) -> None:
    """The copied columns that lists filter by agree with the order and its shipments."""
    for line in await OrderItem.filter(order_id=order.id):
        assert line.placed_at == order.placed_at
    carriers: dict[UUID | None, str | None] = {None: None}
    for shipment in await Shipment.filter(order_id=order.id):
        assert (shipment.placed_at, shipment.order_status) == (order.placed_at, order.status)
        assert shipment.country == order.destination_country
        carriers[shipment.id] = shipment.carrier
    exceptions = await OrderException.filter(order_id=order.id)
    for exception in exceptions:
        assert exception.placed_at == order.placed_at
        assert exception.carrier == carriers[exception.shipment_id]
    assert order.open_exceptions == len(
        [exception for exception in exceptions if exception.is_unresolved]
    )


async def _rows_of(order: Order) -> list[Any]:
    """All rows that reconciliation may write."""
    return [
        await Order.filter(id=order.id).values(),
        await OrderItem.filter(order_id=order.id).order_by("id").values(),
        await Shipment.filter(order_id=order.id).order_by("id").values(),
        await ShipmentItem.filter(shipment__order_id=order.id).order_by("id").values(),
        await OrderException.filter(order_id=order.id).order_by("id").values(),
    ]


@command
async def reconcile_again(uow: UnitOfWork, order_id: UUID) -> int:
    loaded = (await lock_orders(uow, [order_id]))[order_id]
    reconcile(uow, loaded, ChangeRecorder(uow, loaded.order), uow.now)
    return len(uow.changes)
