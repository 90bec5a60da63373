"""The same page of many lists, in one statement: as if each had been read by itself."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.columns import new_id
from models.enums import EventClassifier, TimePrecision, TimeZoneSource, TrackingEventType
from models.events import TrackingEvent
from models.orders import Order
from models.shipments import Shipment
from resolvers.events import OLDEST_FIRST
from resolvers.pages import Listed, Page, Slice, count_lists, read_slices
from tests.resolvers import rows


def event(parcel: Shipment, place: int, minute: int, rank: int) -> TrackingEvent:
    moment = rows.NOW + timedelta(minutes=minute)
    return TrackingEvent(
        id=new_id(),
        order_id=parcel.order_id,
        shipment_id=parcel.id,
        type=TrackingEventType.UNKNOWN,
        classifier=EventClassifier.ACTUAL,
        occurred_at=moment,
        moment=moment,
        rank=rank,
        time_zone_source=TimeZoneSource.OFFSET,
        precision=TimePrecision.SECOND,
        recorded_at=rows.NOW,
        source="api",
        fingerprint=f"{parcel.id.hex}{place:04}",
    )


def in_order(events: list[TrackingEvent]) -> list[TrackingEvent]:
    return sorted(events, key=lambda one: (one.moment, one.rank, one.fingerprint))


MOMENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=7)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lists=st.lists(MOMENTS, min_size=1, max_size=3), size=st.integers(0, 4), data=st.data())
async def test_each_parent_gets_its_own_page(db, lists, size, data):
    await TrackingEvent.all().delete()
    orders, events = await insert(lists)
    known = [one for of in events for one in of]
    around = data.draw(st.sampled_from([None, *known]))
    cursor = around and OLDEST_FIRST.cursor(around)

    pages = (Page(first=size, after=cursor), Page(last=size, before=cursor))
    for page in pages:
        found = await read_slices(
            TrackingEvent, "order_id", [one.id for one in orders], OLDEST_FIRST, page
        )
        for of, slice_ in zip(events, found, strict=True):
            assert_is_page(slice_, of, around, size, backwards=page.is_backwards)
    lists_ = [Listed(TrackingEvent, "order_id", one.id) for one in orders]
    assert [slice_.whole for slice_ in found] == lists_
    assert await count_lists(lists_) == [len(of) for of in events]


async def insert(lists: Any) -> tuple[list[Order], list[list[TrackingEvent]]]:
    owner = rows.customer()
    await owner.save(force_create=True)
    orders = [rows.order(owner.id) for _ in lists]
    parcels = [rows.shipment(order.id) for order in orders]
    await Order.bulk_create(orders)
    await Shipment.bulk_create(parcels)
    events = [
        in_order([event(parcel, place, *moment) for place, moment in enumerate(moments)])
        for parcel, moments in zip(parcels, lists, strict=True)
    ]
    if known := [one for of in events for one in of]:
        await TrackingEvent.bulk_create(known)
    return orders, events


def assert_is_page(
    slice_: Slice[Any],
    whole: list[TrackingEvent],
    around: TrackingEvent | None,
    size: int,
    *,
    backwards: bool,
) -> None:
    wanted = [one for one in whole if around is None or is_beyond(one, around, backwards)]
    expected = wanted[max(len(wanted) - size, 0) :] if backwards else wanted[:size]
    has_more = slice_.has_previous_page if backwards else slice_.has_next_page
    assert [one.id for one in slice_.rows] == [one.id for one in expected]
    assert has_more == (len(wanted) > size)


def is_beyond(one: TrackingEvent, around: TrackingEvent, backwards: bool) -> bool:
    first, second = in_order([one, around])
    return first is not second and (second if backwards else first) is around
