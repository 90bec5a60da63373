"""The same events give the same result in any order, repeated, and before or after dispatch."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import EventClassifier, ExceptionType, TimePrecision
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import NOW, ago, build_carrier_event_draft
from tests.profiles import examples
from tests.tracking.assertions import assert_log_is_gapless, delete_all_rows
from tracking.inputs import EstimateDraft, EventDraft, LocationDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

AUSTRALIA = LocationDraft(country="AU")
EXAMPLES = examples(30, on_one_database=True)


@st.composite
def event_lists(draw: st.DrawFn) -> list[EventDraft]:
    """Events at few different times, so that many coincide; some retract another one."""
    count = draw(st.integers(2, 6))
    drafts = [draw(event_drafts(index)) for index in range(count)]
    for retracted in draw(st.sets(st.integers(0, count - 1), max_size=2)):
        target = f"e{retracted}"
        drafts.append(replace(drafts[-1], source_event_id=f"r{retracted}", retracts=target))
    return drafts


@st.composite
def event_drafts(draw: st.DrawFn, index: int) -> EventDraft:
    """An event of the last hours, in a third of the cases by the clock of an unknown zone."""
    hours = draw(st.integers(1, 4))
    latest = draw(st.none() | st.integers(-4, 4))
    expected = EstimateDraft(earliest=ago(hours=5), latest=ago(hours=latest or 0))
    return build_carrier_event_draft(
        draw(st.sampled_from(list(Type))),
        source_event_id=f"e{index}",
        **draw(st.sampled_from([_sure_time(hours), _sure_time(hours), _unknown_zone(hours)])),
        precision=draw(st.sampled_from([*[TimePrecision.SECOND] * 3, TimePrecision.DAY])),
        classifier=draw(st.sampled_from([*[EventClassifier.ACTUAL] * 5, EventClassifier.PLANNED])),
        exception_type=draw(st.none() | st.sampled_from(list(ExceptionType))),
        signed_by=draw(st.sampled_from([None, "signer1", "signer2"])),
        estimate=None if latest is None else expected,
    )


def _sure_time(hours: int) -> dict[str, Any]:
    return {"occurred_at": ago(hours=hours)}


def _unknown_zone(hours: int) -> dict[str, Any]:
    """A local time that UTC has passed, or will reach hours after the tests."""
    local = ago(hours=hours if hours % 2 else -3 * hours)
    return {"local_time": local.replace(tzinfo=None).isoformat(), "location": AUSTRALIA}


@st.composite
def call_sequences(draw: st.DrawFn, drafts: list[EventDraft]) -> tuple[list[list[EventDraft]], int]:
    """Calls with all events, some twice, and after how many calls the shipment is dispatched."""
    again = draw(st.lists(st.sampled_from(drafts), max_size=3))
    shuffled = draw(st.permutations([*drafts, *again]))
    size = draw(st.integers(1, 4))
    calls = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    return calls, draw(st.integers(0, len(calls)))


@given(st.data())
@EXAMPLES
async def test_the_same_events_make_the_same_shipment(
    tracker: Tracker, data: st.DataObject
) -> None:
    drafts = data.draw(event_lists())
    expected = await state_after(tracker, [drafts], 0)

    for _ in range(2):
        calls, taken_after = data.draw(call_sequences(drafts))
        assert await state_after(tracker, calls, taken_after) == expected


async def state_after(
    tracker: Tracker, calls: list[list[EventDraft]], taken_after: int
) -> dict[str, Any]:
    await delete_all_rows()
    order = await make_order(tracker)
    for call in calls[:taken_after]:
        await make_events(tracker, *call)
    await make_dispatched_shipment(tracker, order)
    for call in calls[taken_after:]:
        await make_events(tracker, *call)
    await assert_log_is_gapless()
    return await _state()


async def _state() -> dict[str, Any]:
    """What the events made. They may count as of their receipt, which differs from run to run."""
    shipment, order = await Shipment.get(), await Order.get()
    columns = (
        "status",
        "health",
        "delivered_at",
        "shipped_at",
        "estimate_latest",
        "estimate_source",
    )
    unresolved = [exception for exception in await OrderException.all() if exception.is_unresolved]
    return {
        "shipment": {
            name: _without_receipt(getattr(shipment, name))
            for name in (*columns, "signed_by", "finished_at")
        },
        "order": {name: _without_receipt(getattr(order, name)) for name in columns},
        "timeline": await TrackingEvent.filter(retracted_at=None)
        .order_by("moment", "rank", "fingerprint")
        .values_list("source_event_id", flat=True),
        "exceptions": sorted((row.type, row.severity, row.occurrences) for row in unresolved),
    }


def _without_receipt(value: Any) -> Any:
    """Return the value; but for a time of receipt, which is after the start of the tests, a word.

    Estimates are the only times after it that events give.
    """
    is_receipt = isinstance(value, datetime) and NOW < value < NOW + timedelta(hours=1) / 2
    return "received" if is_receipt else value
