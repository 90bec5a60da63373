"""Orders: created, confirmed, held, cancelled."""

import pytest

from auth import SYSTEM
from errors import IllegalTransition
from models.changes import Change
from models.enums import ChangeKind, OrderStatus
from tests.factories import make_dispatched, make_order, tell, event_draft
from models.enums import TrackingEventType
from tracking.acts import Tracker
from tracking.orders import cancel_order, confirm_order

pytestmark = pytest.mark.usefixtures("db")


async def test_confirming_twice_changes_nothing_the_second_time(tracker: Tracker) -> None:
    order = await make_order(tracker, confirmed=False)

    await confirm_order(tracker, SYSTEM, order.tracking_id)
    await confirm_order(tracker, SYSTEM, order.tracking_id)

    kinds = await Change.all().order_by("position").values_list("kind", flat=True)
    assert kinds == [ChangeKind.ORDER_CREATED, ChangeKind.ORDER_STATUS]


async def test_a_delivered_order_cannot_be_cancelled(tracker: Tracker) -> None:
    order = await make_order(tracker)
    await make_dispatched(tracker, order)
    await tell(
        tracker,
        event_draft(TrackingEventType.DELIVERED, carrier="ups", tracking_number="1Z999AA1"),
    )
    before = await Change.all().count()

    with pytest.raises(IllegalTransition):
        await cancel_order(tracker, SYSTEM, order.tracking_id, "changed my mind")

    await order.refresh_from_db()
    assert order.status is OrderStatus.DELIVERED
    assert await Change.all().count() == before
