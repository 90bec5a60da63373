"""News of an assigned number goes to the same shipments in any order of arrival."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_carrier_event_draft
from tests.profiles import examples
from tests.tracking.assertions import assert_log_is_gapless, delete_all_rows
from tracking.events.kept_assignment import assign_kept_number
from tracking.inputs import DispatchDraft, EventDraft
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

EXAMPLES = examples(60, on_one_database=True)
CREATED_DAYS = 80
"""How many days ago the shipment was created that has the number itself."""
REACH = timedelta(days=30)
FIRST = build_carrier_event_draft(
    Type.LABEL_CREATED, "N1", source_event_id="first", occurred_at=ago(days=400)
)


@st.composite
def news(draw: st.DrawFn) -> list[EventDraft]:
    days = draw(st.lists(st.integers(1, 130), min_size=1, max_size=6, unique=True))
    types = st.sampled_from([Type.IN_TRANSIT, Type.MISROUTED, Type.DELIVERED])
    return [
        build_carrier_event_draft(
            draw(types), "N1", source_event_id=f"{day}", occurred_at=ago(days=day)
        )
        for day in days
    ]


def expected_owners(told: list[EventDraft]) -> dict[str | None, str]:
    """The rule in other words: the shipment with the number has its news since its creation, until
    30 days after it was delivered, and the assigned shipment has all the rest."""
    owners: dict[str | None, str] = {}
    finished: datetime | None = None
    for draft in sorted(told, key=lambda draft: draft.occurred_at or ago()):
        moment = draft.occurred_at or ago()
        has_begun = moment >= ago(days=CREATED_DAYS)
        is_own = has_begun and (finished is None or moment - finished <= REACH)
        if is_own and draft.type is Type.DELIVERED:
            finished = moment
        if is_own and draft.type is Type.MISROUTED and finished is not None:
            finished = None
        owners[draft.source_event_id] = "own" if is_own else "assigned"
    return owners


@given(st.data())
@EXAMPLES
async def test_news_goes_to_the_assigned_shipment_or_to_the_one_that_has_the_number(
    tracker: Tracker, data: st.DataObject
) -> None:
    told = data.draw(news())
    at_once = data.draw(st.booleans())
    await delete_all_rows()
    await make_events(tracker, FIRST)
    assigned = await make_shipment(tracker, await make_order(tracker), occurred_at=ago(days=1))
    id_ = shipment_node_id(assigned.id)
    await assign_kept_number(tracker, SYSTEM, "ups", "N1", id_, "the same parcel")
    created_at = ago(days=CREATED_DAYS)
    own = await make_shipment(tracker, await make_order(tracker), occurred_at=created_at)
    draft = DispatchDraft(carrier="ups", tracking_number="N1", occurred_at=created_at)
    await dispatch_shipment(tracker, SYSTEM, shipment_node_id(own.id), draft)

    shuffled = data.draw(st.permutations(told))
    for call in [shuffled] if at_once else [[one] for one in shuffled]:
        await make_events(tracker, *call)

    names = {assigned.id: "assigned", own.id: "own"}
    events = await TrackingEvent.filter(moved_to_id=None).exclude(source_event_id="first")
    assert {
        row.source_event_id: row.shipment_id and names[row.shipment_id] for row in events
    } == expected_owners(told)
    assert {row.decision_id is None for row in events if row.shipment_id == own.id} <= {True}
    assert {row.decision_id is None for row in events if row.shipment_id == assigned.id} <= {False}
    assert await Shipment.all().count() == 2
    await assert_log_is_gapless()
