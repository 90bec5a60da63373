"""A repeated event is recorded once, recognised by the source's id or by what happened."""

from typing import Any

import pytest

from models.enums import (
    EventClassifier,
    ExceptionType,
)
from models.enums import TrackingEventType as Type
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import ago, build_carrier_event_draft
from tests.tracking.assertions import assert_nothing_changes
from tracking.acts import Tracker
from tracking.drafts import EstimateDraft, EventDraft, LocationDraft
from tracking.events import Duplicate, Recorded

pytestmark = pytest.mark.usefixtures("db")
NOBODY = "shipment_00000000-0000-0000-0000-000000000000"


async def test_a_source_event_id_recognises_repeats_whatever_their_other_values(
    tracker: Tracker,
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    (first,) = await make_events(
        tracker, build_carrier_event_draft(Type.PICKED_UP, source_event_id="e1")
    )
    assert isinstance(first, Recorded)

    async with assert_nothing_changes():
        again = build_carrier_event_draft(
            Type.DELIVERED, source_event_id="e1", occurred_at=ago(days=1)
        )
        assert await make_events(tracker, again) == [Duplicate(first.event_id)]
    (other,) = await make_events(
        tracker, build_carrier_event_draft(Type.PICKED_UP, source_event_id="e1"), source="other"
    )
    assert isinstance(other, Recorded)


@pytest.mark.parametrize(
    ("values", "is_repeat"),
    [
        ({"description": "other words"}, True),
        ({"signed_by": "somebody"}, True),
        ({"carrier": "UPS", "tracking_number": "1z 999-AA1"}, True),
        ({"type": Type.IN_TRANSIT}, False),
        ({"classifier": EventClassifier.PLANNED}, False),
        ({"carrier_code": "X2"}, False),
        ({"occurred_at": ago(hours=2)}, False),
        ({"location": LocationDraft(city="Bonn")}, False),
        ({"exception_type": ExceptionType.WEATHER}, False),
        ({"estimate": EstimateDraft(earliest=ago(), latest=ago())}, False),
    ],
)
async def test_without_an_id_facts_and_not_free_text_recognise_repeats(
    tracker: Tracker, values: dict[str, Any], is_repeat: bool
) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    base_values: dict[str, Any] = {
        "type": Type.PICKED_UP,
        "carrier": "ups",
        "tracking_number": "1Z999AA1",
        "occurred_at": ago(hours=1),
        "location": LocationDraft(city="Berlin"),
    }
    await make_events(tracker, EventDraft(**base_values))

    (outcome,) = await make_events(tracker, EventDraft(**{**base_values, **values}))

    assert isinstance(outcome, Duplicate) is is_repeat
