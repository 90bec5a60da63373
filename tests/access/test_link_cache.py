"""Links are looked up every few seconds, and end when they expire or are revoked."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from access import link_cache
from access.linked_orders import LinkedOrder, read_linked_orders
from access.viewer import SYSTEM, Viewer
from database.columns import new_id
from database.rows import insert
from errors import Unauthenticated
from models.changes import Change
from models.enums import TrackingEventType
from models.orders import Order
from tests.access.link_claims import authenticator, claims_of, header_of
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import build_carrier_event_draft
from tests.factories.in_memory import build_item
from tests.factories.rows import insert_customer, insert_order
from tracking.orders.commands import cancel_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Records how many orders each statement reads."""
    counts: list[int] = []

    async def record(ids: Collection[UUID]) -> dict[UUID, LinkedOrder]:
        counts.append(len(ids))
        return await read_linked_orders(ids)

    monkeypatch.setattr(link_cache, "read_linked_orders", record)
    return counts


@pytest.fixture
async def order() -> Order:
    """An order with a piece that has not shipped."""
    order = await insert_order((await insert_customer()).id)
    await insert([build_item(order.id)])
    return order


async def delivered(tracker: Tracker, days_ago: int) -> Order:
    """An order whose only shipment was delivered so many days ago."""
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order, number="1Z999AA1")
    await make_events(tracker, build_carrier_event_draft(TrackingEventType.DELIVERED))
    moment = datetime.now(UTC) - timedelta(days=days_ago)
    await Change.filter(order_id=order.id).update(recorded_at=moment)
    return order


async def test_the_viewer_of_a_link_is_bounded_to_its_order(order: Order) -> None:
    viewer = await authenticator().viewer(header_of(order))

    assert viewer == Viewer("tracking link", order_id=order.id)


async def test_an_order_is_read_once_for_a_while(order: Order, reads: list[int]) -> None:
    links = authenticator()

    for header in (header_of(order), header_of(order), header_of(order, minutes=5)):
        await links.viewer(header)

    assert reads == [1]


async def test_an_order_is_read_again_after_a_while(
    order: Order, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cache, "MAX_AGE_SECONDS", 0.0)
    links = authenticator()
    await links.viewer(header_of(order))
    await Order.filter(id=order.id).update(link_version=1)

    with pytest.raises(Unauthenticated):
        await links.viewer(header_of(order))
    await links.viewer(header_of(order, 1))

    assert reads == [1, 1, 1]


async def test_open_connections_are_checked_by_few_statements(
    reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cache, "ORDERS_PER_STATEMENT", 3)
    customer = await insert_customer()
    headers = [header_of(await insert_order(customer.id)) for _ in range(5)]
    links = authenticator()
    for header in headers:
        await links.viewer(header)
    links._links._orders.clear()
    reads.clear()

    await links.refresh([*headers, None, "Bearer wa_live_x", "nonsense"])
    for header in headers:
        await links.viewer(header)

    assert reads == [3, 2]


async def test_links_of_orders_that_are_gone_or_of_another_version_are_refused_alike(
    order: Order,
) -> None:
    gone = Order(id=new_id())
    refusals = []
    for header in (header_of(gone), header_of(order, 1), "Bearer wa_link_forged"):
        with pytest.raises(Unauthenticated) as refused:
            await authenticator().viewer(header)
        refusals.append(str(refused.value))

    assert len(set(refusals)) == 1


async def test_a_link_does_not_expire_while_its_order_is_on_its_way(order: Order) -> None:
    viewer = await authenticator().viewer(header_of(order, days=400))

    assert viewer.expires_at is None


@pytest.mark.parametrize(
    ("created", "finished", "left"),
    [(0, 0, 60), (0, 50, 30), (29, 59, 1), (100, 20, 40), (1, 100, 29)],
)
async def test_a_link_lives_30_days_or_until_60_days_after_the_order_finished(
    tracker: Tracker, created: int, finished: int, left: int
) -> None:
    order = await delivered(tracker, finished)

    viewer = await authenticator().viewer(header_of(order, days=created))

    assert viewer.expires_at is not None
    assert round((viewer.expires_at - datetime.now(UTC)) / timedelta(days=1)) == left


@pytest.mark.parametrize(("created", "finished"), [(30, 60), (31, 90), (400, 61)])
async def test_an_expired_link_is_refused(tracker: Tracker, created: int, finished: int) -> None:
    order = await delivered(tracker, finished)

    with pytest.raises(Unauthenticated):
        await authenticator().viewer(header_of(order, days=created))


async def test_a_cancelled_order_has_finished(tracker: Tracker) -> None:
    order = await make_order(tracker)
    assert (await read_linked_orders([order.id]))[order.id].finished_at is None

    await cancel_order(tracker, SYSTEM, order.tracking_id, "Sold out")

    newest = await Change.filter(order_id=order.id).order_by("-position").first()
    assert newest is not None
    finished_at = newest.recorded_at
    linked = (await read_linked_orders([order.id]))[order.id]
    assert linked == LinkedOrder(0, finished_at)
    claims = claims_of(order, days=20)
    assert linked.link_expires_at(claims) == finished_at + timedelta(days=60)
