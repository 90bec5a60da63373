"""The same news of numbers that are used again gives the same result in any order of arrival."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from models.enums import EventClassifier, TimePrecision
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_carrier_event_draft, build_event_draft
from tests.profiles import examples
from tests.tracking.assertions import (
    assert_events_are_with_their_shipments,
    assert_log_is_gapless,
    delete_all_rows,
)
from tracking.inputs import DispatchDraft, EventDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.commands import cancel_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

EXAMPLES = examples(60, on_one_database=True)
OF_SHARED_NUMBERS = examples(20, on_one_database=True)
CREATED = (100, 60, 20)
"""How many days ago the shipments were created. The first two have the same number."""
DAYS = (1, 2, 12, 25, 33, 45, 58, 75, 92)
FINISHED_FIRST = "finished"
ENDINGS = (Type.DELIVERED, Type.LOST, Type.RETURN_STARTED, Type.RETURNED, Type.CANCELLED)
TYPES = (*ENDINGS, *ENDINGS, Type.IN_TRANSIT, Type.MISROUTED, Type.DAMAGED, Type.UNKNOWN)


Address = str | int
"""A tracking number, or the place of a shipment that is named by its id."""
OF_ONE_SHIPMENT: dict[Address, list[Address]] = {
    "N1": ["N1", 0],
    "N2": ["N2"],
    0: [0, "N1"],
    1: [1],
}
"""By which addresses an event can be retracted, whatever number the second shipment has."""
FOREIGN: dict[Address, list[Address]] = {
    "N1": ["N2"],
    "N2": ["N1", 0, 1],
    0: ["N2", 1],
    1: ["N2", 0],
}
"""Addresses of other shipments, by which an event cannot be retracted."""
FOREIGN_NEWS = "foreign"


@dataclass(frozen=True, slots=True)
class News:
    """An event whose shipment is named by its number, or by its place among the shipments."""

    draft: EventDraft
    shipment: int | None


@st.composite
def news(draw: st.DrawFn, name: str) -> News:
    draft = build_carrier_event_draft(
        draw(st.sampled_from(TYPES)),
        draw(st.sampled_from(["N1", "N1", "N2"])),
        source_event_id=name,
        occurred_at=ago(days=draw(st.sampled_from(DAYS)), hours=draw(st.integers(0, 2))),
        precision=draw(st.sampled_from([*[TimePrecision.SECOND] * 4, TimePrecision.DAY])),
        classifier=draw(st.sampled_from([*[EventClassifier.ACTUAL] * 6, EventClassifier.PLANNED])),
    )
    return News(draft, draw(st.sampled_from([None] * 4 + [0, 1])))


@st.composite
def all_news(draw: st.DrawFn) -> list[News]:
    """Events of the three shipments, some of which retract another one, or name a foreign one."""
    count = draw(st.integers(2, 6))
    told = [draw(news(f"e{index}")) for index in range(count)]
    targets = {str(one.draft.source_event_id): address_of(one) for one in told} | {
        FINISHED_FIRST: 0
    }
    for target in draw(st.sets(st.sampled_from(list(targets)), max_size=3)):
        address = draw(st.sampled_from(OF_ONE_SHIPMENT[targets[target]]))
        told.append(retracting(draw(news(f"not {target}")), target, address))
    for target in draw(st.sets(st.sampled_from(list(targets)), max_size=2)):
        address = draw(st.sampled_from(FOREIGN[targets[target]]))
        told.append(retracting(draw(foreign_news(target)), target, address))
    return told


def address_of(told: News) -> Address:
    return str(told.draft.tracking_number) if told.shipment is None else told.shipment


def retracting(correction: News, target: str, address: Address) -> News:
    draft = replace(correction.draft, retracts=target)
    if isinstance(address, int):
        return News(draft, address)
    return News(replace(draft, tracking_number=address), None)


@st.composite
def foreign_news(draw: st.DrawFn, target: str) -> News:
    """News without an effect: it is refused if it comes after the event that it would retract."""
    told = draw(news(f"{FOREIGN_NEWS} {target}"))
    inert = replace(told.draft, type=Type.UNKNOWN, classifier=EventClassifier.PLANNED)
    return replace(told, draft=inert)


@given(st.data())
@EXAMPLES
async def test_the_same_news_makes_the_same_shipments(
    tracker: Tracker, data: st.DataObject
) -> None:
    told = data.draw(all_news())
    is_cancelled, is_amended = data.draw(st.booleans()), data.draw(st.booleans())
    commands = ["dispatch", "amend"] if is_amended else ["dispatch"]
    steps: list[News | str] = [*told, *commands]

    await assert_order_does_not_matter(
        data, told, steps, lambda steps: state_after(tracker, steps, is_cancelled)
    )


async def assert_order_does_not_matter(
    data: st.DataObject,
    told: Sequence[Any],
    steps: Sequence[Any],
    state_after_steps: Callable[[list[Any]], Awaitable[dict[str, Any]]],
) -> None:
    """Take the steps in other orders, with some of the news twice: the state must be the same."""
    expected = await state_after_steps([*steps])
    for _ in range(2):
        again = data.draw(st.lists(st.sampled_from(told), max_size=2))
        shuffled = data.draw(st.permutations([*steps, *again]))
        assert await state_after_steps(shuffled) == expected


async def state_after(
    tracker: Tracker, steps: list[News | str], is_cancelled: bool
) -> dict[str, Any]:
    await delete_all_rows()
    ids = [await make_created(tracker, days) for days in CREATED]
    await dispatch(tracker, ids[0], "N1")
    if is_cancelled:
        await cancel_shipment(tracker, SYSTEM, ids[0], "no stock", ago(days=96))
    else:
        lost = build_event_draft(
            Type.LOST,
            shipment_id=ids[0],
            source_event_id=FINISHED_FIRST,
            occurred_at=ago(days=95),
        )
        await make_events(tracker, lost)
    await dispatch(tracker, ids[1], "N1")
    for step in steps:
        await take(tracker, ids, step)
    await assert_log_is_gapless()
    return await state()


CARRIERS = ("dhl_express", "dhl_paket", "dhl", "dhl_parcel")
"""The carriers of four shipments with the same number, of which the last gives it up."""
CREATED_OF_FAMILY = (100, 60, 20, 40)


@st.composite
def family_news(draw: st.DrawFn, name: str, retracts: str | None = None) -> EventDraft:
    return build_event_draft(
        draw(st.sampled_from(TYPES)),
        carrier=draw(st.sampled_from([*CARRIERS, "dhl", "dhl", "dhlexpress", "dhl_uk"])),
        tracking_number="N1",
        source_event_id=name,
        retracts=retracts,
        occurred_at=ago(days=draw(st.sampled_from(DAYS)), hours=draw(st.integers(0, 2))),
    )


@given(st.data())
@OF_SHARED_NUMBERS
async def test_the_same_news_of_a_family_makes_the_same_shipments(
    tracker: Tracker, data: st.DataObject
) -> None:
    names = [f"e{index}" for index in range(data.draw(st.integers(2, 6)))]
    retracted = data.draw(st.sets(st.sampled_from(names), max_size=2))
    told = [data.draw(family_news(name)) for name in names]
    told += [data.draw(family_news(f"not {name}", name)) for name in sorted(retracted)]
    steps: list[EventDraft | int] = [*told, *range(len(CARRIERS))]

    await assert_order_does_not_matter(
        data, told, steps, lambda steps: state_of_family_after(tracker, steps)
    )


BOX = (100, 60, 55, 20)
"""How many days ago the shipments of a box were created. The first and the last are in it from the
start, the others join, and the last leaves it."""


@given(st.data())
@OF_SHARED_NUMBERS
async def test_the_same_news_of_a_box_makes_the_same_shipments(
    tracker: Tracker, data: st.DataObject
) -> None:
    names = [f"e{index}" for index in range(data.draw(st.integers(2, 5)))]
    retracted = data.draw(st.sets(st.sampled_from(names), max_size=2))
    told = [data.draw(box_news(name)) for name in names]
    told += [data.draw(box_news(f"not {name}", name)) for name in sorted(retracted)]
    is_cancelled = data.draw(st.booleans())
    steps: list[EventDraft | int] = [*told, *range(1, len(BOX))]

    await assert_order_does_not_matter(
        data, told, steps, lambda steps: state_of_box_after(tracker, steps, is_cancelled)
    )


@st.composite
def box_news(draw: st.DrawFn, name: str, retracts: str | None = None) -> EventDraft:
    return build_event_draft(
        draw(st.sampled_from(TYPES)),
        carrier=draw(st.sampled_from(["ups", "ups", "ups_mi"])),
        tracking_number="N1",
        source_event_id=name,
        retracts=retracts,
        occurred_at=ago(days=draw(st.sampled_from(DAYS)), hours=draw(st.integers(0, 2))),
    )


async def state_of_box_after(
    tracker: Tracker, steps: Sequence[EventDraft | int], is_cancelled: bool
) -> dict[str, Any]:
    """A number among the steps is the place of the shipment that joins the box, or leaves it."""
    await delete_all_rows()
    ids = [await make_created(tracker, days) for days in BOX]
    await dispatch(tracker, ids[0], "N1", is_shared=True)
    if is_cancelled:
        await cancel_shipment(tracker, SYSTEM, ids[0], "no stock", ago(days=50))
    await dispatch(tracker, ids[-1], "N1", is_shared=True)
    for step in steps:
        if isinstance(step, EventDraft):
            await make_events(tracker, step)
        elif ids[step] == ids[-1]:
            await amend_shipment(tracker, SYSTEM, ids[-1], ShipmentAmendment(tracking_number="N2"))
        else:
            await dispatch(tracker, ids[step], "N1", is_shared=True)
    await assert_events_are_with_their_shipments()
    await assert_log_is_gapless()
    return await state()


async def state_of_family_after(
    tracker: Tracker, steps: Sequence[EventDraft | int]
) -> dict[str, Any]:
    """A number among the steps is the place of the shipment that takes N1, or gives it up."""
    await delete_all_rows()
    ids = [await make_created(tracker, days) for days in CREATED_OF_FAMILY]
    await dispatch(tracker, ids[-1], "N1", CARRIERS[-1])
    for step in steps:
        if isinstance(step, EventDraft):
            await make_events(tracker, step)
        elif ids[step] == ids[-1]:
            await amend_shipment(tracker, SYSTEM, ids[-1], ShipmentAmendment(tracking_number="N2"))
        else:
            await dispatch(tracker, ids[step], "N1", CARRIERS[step])
    await assert_log_is_gapless()
    return await state()


async def make_created(tracker: Tracker, days: int) -> str:
    order = await make_order(tracker)
    return shipment_node_id((await make_shipment(tracker, order, occurred_at=ago(days=days))).id)


async def dispatch(
    tracker: Tracker, id_: str, number: str, carrier: str = "ups", *, is_shared: bool = False
) -> None:
    draft = DispatchDraft(carrier=carrier, tracking_number=number, is_shared=is_shared)
    await dispatch_shipment(tracker, SYSTEM, id_, draft)


async def take(tracker: Tracker, ids: list[str], step: News | str) -> None:
    if step == "dispatch":
        await dispatch(tracker, ids[2], "N2")
    elif step == "amend":
        await amend_shipment(tracker, SYSTEM, ids[1], ShipmentAmendment(tracking_number="N3"))
    elif isinstance(step, News):
        draft = step.draft
        if step.shipment is not None:
            id_ = ids[step.shipment]
            draft = replace(draft, carrier=None, tracking_number=None, shipment_id=id_)
        await make_events(tracker, draft)


async def state() -> dict[str, Any]:
    shipments = await Shipment.all().order_by("created_at")
    places = {shipment.id: place for place, shipment in enumerate(shipments)}
    events = await TrackingEvent.filter(retracted_at=None)
    open_ = [exception for exception in await OrderException.all() if exception.is_unresolved]
    return {
        "shipments": [
            (row.status, row.health, row.shipped_at, row.delivered_at, row.finished_at)
            for row in shipments
        ],
        "orders": [
            (row.status, row.health, row.shipped_at, row.delivered_at)
            for row in await Order.all().order_by("id")
        ],
        "events": sorted(
            (row.source_event_id, -1 if row.shipment_id is None else places[row.shipment_id])
            for row in events
            if not str(row.source_event_id).startswith(FOREIGN_NEWS)
        ),
        "exceptions": sorted(
            (places[row.shipment_id], row.type, row.severity, row.occurrences)
            for row in open_
            if row.shipment_id is not None
        ),
    }
