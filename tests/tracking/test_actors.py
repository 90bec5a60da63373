"""Changes name the actor who made them."""

import pytest

from access.viewer import SYSTEM
from models.changes import Change
from models.enums import ChangeKind, TrackingEventType
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import build_event_draft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")


async def test_an_unmatched_event_has_its_source_as_actor_and_its_effects_have_the_dispatcher(
    tracker: Tracker,
) -> None:
    draft = build_event_draft(
        TrackingEventType.PICKED_UP, carrier="ups", tracking_number="1Z999AA1"
    )
    await make_events(tracker, draft, source="dhl")

    await make_dispatched_shipment(tracker, await make_order(tracker))

    recorded = await Change.get(kind=ChangeKind.EVENT_RECORDED)
    moved = await Change.get(kind=ChangeKind.SHIPMENT_STATUS, status="IN_TRANSIT")
    assert (recorded.actor, moved.actor) == ("dhl", SYSTEM.name)
