"""Assigned news of a number that a family of carriers uses, or the shipments in one box."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from errors import Invalid
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_event_draft
from tests.profiles import examples
from tests.tracking.assertions import assert_log_is_gapless, delete_all_rows
from tests.tracking.test_number_orderings import state
from tracking.events.kept_assignment import assign_kept_number
from tracking.events.kept_discard import discard_kept_number
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import DispatchDraft, EventDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

EXAMPLES = examples(30, on_one_database=True)
TYPES = (Type.IN_TRANSIT, Type.DELIVERED, Type.DELIVERED, Type.MISROUTED, Type.RETURNED)


async def dispatched(
    tracker: Tracker, carrier: str, days: float, number: str = "N1", *, is_shared: bool = False
) -> str:
    """Makes a shipment that was created so many days ago."""
    shipment = await make_shipment(tracker, await make_order(tracker), occurred_at=ago(days=days))
    draft = DispatchDraft(carrier=carrier, tracking_number=number, is_shared=is_shared)
    await dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft)
    return shipment_node_id(shipment.id)


def news(
    carrier: str, days: float, type_: Type = Type.IN_TRANSIT, retracts: str | None = None
) -> EventDraft:
    name = f"{carrier} {days}" if retracts is None else f"not {retracts}"
    return build_event_draft(
        type_,
        carrier=carrier,
        tracking_number="N1",
        source_event_id=name,
        retracts=retracts,
        occurred_at=ago(days=days),
    )


async def assigned(tracker: Tracker, carrier: str = "dhl") -> str:
    """Makes a shipment of another carrier to which old news of the number is assigned."""
    await make_events(tracker, news(carrier, 400))
    id_ = await dispatched(tracker, "fedex", 1, "F1")
    await assign_kept_number(tracker, SYSTEM, carrier, "N1", id_, "the same parcel")
    return id_


async def owners() -> dict[str | None, set[str]]:
    """The ids of the shipments that have each event."""
    found: dict[str | None, set[str]] = {}
    for row in await TrackingEvent.filter(moved_to_id=None):
        ids = found.setdefault(row.source_event_id, set())
        if row.shipment_id is not None:
            ids.add(shipment_node_id(row.shipment_id))
    return found


async def test_a_family_member_with_the_number_has_what_happens_since_its_creation(
    tracker: Tracker,
) -> None:
    id_ = await assigned(tracker)
    express = await dispatched(tracker, "dhl_express", 20)

    await make_events(tracker, news("dhl", 10), news("dhl", 21))

    assert await owners() == {"dhl 400": {id_}, "dhl 10": {express}, "dhl 21": {id_}}
    await assert_log_is_gapless()


async def test_an_assignment_is_of_the_carrier_that_the_news_names(tracker: Tracker) -> None:
    id_ = await assigned(tracker)

    outcomes = await make_events(tracker, news("dhl_uk", 3), news("dhl", 2))

    assert [type(outcome) for outcome in outcomes] == [Kept, Recorded]
    other = await dispatched(tracker, "ups", 1, "U1")
    await assign_kept_number(tracker, SYSTEM, "dhl_uk", "N1", other, "another parcel")
    await make_events(tracker, news("dhl_uk", 1), news("dhl", 1))
    assert await owners() == {
        **{"dhl 400": {id_}, "dhl 2": {id_}, "dhl 1": {id_}},
        **{"dhl_uk 3": {other}, "dhl_uk 1": {other}},
    }
    await assert_log_is_gapless()


async def test_doubtful_news_belongs_to_the_assigned_shipment(tracker: Tracker) -> None:
    id_ = await assigned(tracker)
    for carrier in ("dhl_express", "dhl_paket"):
        await dispatched(tracker, carrier, 20)

    await make_events(tracker, news("dhl", 10))

    assert await owners() == {"dhl 400": {id_}, "dhl 10": {id_}}


async def test_a_box_has_precedence_since_the_first_of_its_shipments(tracker: Tracker) -> None:
    id_ = await assigned(tracker, "ups")
    box = {await dispatched(tracker, "ups", days, is_shared=True) for days in (20, 15)}

    await make_events(tracker, news("ups", 25), news("ups", 17), news("ups_mi", 10))

    assert await owners() == {
        "ups 400": {id_},
        "ups 25": {id_},
        "ups 17": box,
        "ups_mi 10": box,
    }
    assert {row.decision_id is None for row in await TrackingEvent.filter(source_event_id="ups 17")}
    await assert_log_is_gapless()


async def test_news_of_a_box_that_is_emptied_is_the_assigned_shipments_again(
    tracker: Tracker,
) -> None:
    id_ = await assigned(tracker, "ups")
    box = [await dispatched(tracker, "ups", days, is_shared=True) for days in (20, 15)]
    await make_events(tracker, news("ups", 10))

    for shipment_id in box:
        await amend_shipment(
            tracker, SYSTEM, shipment_id, ShipmentAmendment(tracking_number=f"M{shipment_id[-4:]}")
        )
    assert (await owners())["ups 10"] == set()
    await assign_kept_number(tracker, SYSTEM, "ups", "N1", id_, "the same parcel")

    assert await owners() == {"ups 400": {id_}, "ups 10": {id_}}
    assert len(await TrackingEvent.filter(source_event_id="ups 10", retracted_at=None)) == 1
    await assert_log_is_gapless()


async def test_news_that_its_shipment_gave_up_is_assigned_with_further_news(
    tracker: Tracker,
) -> None:
    id_ = await assigned(tracker, "ups")
    other = await dispatched(tracker, "ups", 20)
    await make_events(tracker, news("ups", 10))
    await amend_shipment(tracker, SYSTEM, other, ShipmentAmendment(tracking_number="M1"))
    assert (await owners())["ups 10"] == set()

    await make_events(tracker, news("ups", 5))

    assert await owners() == {"ups 400": {id_}, "ups 10": {id_}, "ups 5": {id_}}
    await assert_log_is_gapless()


async def test_the_assigned_shipment_can_be_in_the_box(tracker: Tracker) -> None:
    await make_events(tracker, news("ups", 400))
    first = await dispatched(tracker, "ups", 20, is_shared=True)
    await assign_kept_number(tracker, SYSTEM, "ups", "N1", first, "the same parcel")
    await make_events(tracker, news("ups", 10))
    second = await dispatched(tracker, "ups", 15, is_shared=True)
    await make_events(tracker, news("ups", 5))

    assert await owners() == {
        "ups 400": {first},
        "ups 10": {first, second},
        "ups 5": {first, second},
    }
    await amend_shipment(tracker, SYSTEM, first, ShipmentAmendment(tracking_number="M1"))
    assert await owners() == {"ups 400": {first}, "ups 10": {second}, "ups 5": {second}}
    await assert_log_is_gapless()


async def test_a_retraction_takes_assigned_news_back_by_shipment_or_number(
    tracker: Tracker,
) -> None:
    id_ = await assigned(tracker)
    by_id = build_event_draft(
        Type.UNKNOWN, shipment_id=id_, source_event_id="not dhl 3", retracts="dhl 3"
    )

    await make_events(tracker, by_id)
    await make_events(tracker, news("dhl", 3), news("dhl", 2, retracts="dhl 400"))

    retracted = await TrackingEvent.filter(retracted_at__not_isnull=True).order_by("moment")
    assert [row.source_event_id for row in retracted] == ["dhl 400", "dhl 3"]


async def test_discarded_news_of_one_carrier_is_known_and_the_rest_of_the_family_waits(
    tracker: Tracker,
) -> None:
    await make_events(tracker, news("dhl", 3), news("dhl_uk", 2))

    assert await discard_kept_number(tracker, SYSTEM, "dhl", "N1", "not ours") == 1

    assert await make_events(tracker, news("dhl", 3), news("dhl", 1)) == [Duplicate(None), Kept()]
    express = await dispatched(tracker, "dhl_express", 20)
    assert await owners() == {"dhl 3": set(), "dhl_uk 2": {express}, "dhl 1": {express}}
    with pytest.raises(Invalid):
        await discard_kept_number(tracker, SYSTEM, "dhl_uk", "N1", "not ours")


async def test_a_person_retracts_news_that_an_assignment_has_brought(tracker: Tracker) -> None:
    await assigned(tracker)
    await dispatched(tracker, "dhl_express", 20)
    event = await TrackingEvent.get()

    await retract_event(tracker, SYSTEM, f"event_{event.id}", "a wrong scan")

    await event.refresh_from_db()
    assert (event.retracted_at is None, event.decision_id is None) == (False, False)
    assert (await Shipment.get(carrier="fedex")).shipped_at is None


@st.composite
def all_news(draw: st.DrawFn, carriers: Sequence[str]) -> list[EventDraft]:
    told = [
        news(carrier, days, draw(st.sampled_from(TYPES)))
        for carrier, days in draw(
            st.lists(
                st.tuples(st.sampled_from(carriers), st.integers(1, 95)),
                min_size=1,
                max_size=6,
                unique=True,
            )
        )
    ]
    names = [str(draft.source_event_id) for draft in told]
    for name in sorted(draw(st.sets(st.sampled_from(names), max_size=2))):
        carrier, days = draw(st.sampled_from(carriers)), draw(st.integers(1, 95))
        told.append(news(carrier, days + 0.5, Type.IN_TRANSIT, retracts=name))
    return told


@given(st.data())
@EXAMPLES
async def test_the_same_news_of_an_assigned_family_makes_the_same_shipments(
    tracker: Tracker, data: st.DataObject
) -> None:
    shipments = (("dhl_express", 80, False), ("dhl_paket", 50, False), ("dhl", 20, False))
    told = data.draw(all_news(("dhl", "dhl", "dhl_uk", "dhl_express")))
    await assert_order_does_not_matter(tracker, data, told, "dhl", shipments)


@given(st.data())
@EXAMPLES
async def test_the_same_news_of_an_assigned_box_makes_the_same_shipments(
    tracker: Tracker, data: st.DataObject
) -> None:
    shipments = (("ups", 80, True), ("ups", 75, True), ("ups_mi", 20, False))
    told = data.draw(all_news(("ups", "ups", "ups_mi")))
    await assert_order_does_not_matter(tracker, data, told, "ups", shipments)


async def assert_order_does_not_matter(
    tracker: Tracker,
    data: st.DataObject,
    told: list[EventDraft],
    carrier: str,
    shipments: Sequence[tuple[str, float, bool]],
) -> None:
    expected = await state_after(tracker, told, carrier, shipments)
    for _ in range(2):
        again = data.draw(st.lists(st.sampled_from(told), max_size=2))
        shuffled = data.draw(st.permutations([*told, *again]))
        assert await state_after(tracker, shuffled, carrier, shipments) == expected


async def state_after(
    tracker: Tracker,
    told: Sequence[EventDraft],
    carrier: str,
    shipments: Sequence[tuple[str, float, bool]],
) -> dict[str, Any]:
    await delete_all_rows()
    await assigned(tracker, carrier)
    for name, days, is_shared in shipments:
        await dispatched(tracker, name, days, is_shared=is_shared)
    for draft in told:
        await make_events(tracker, draft)
    await assert_log_is_gapless()
    return await state()
