"""News under another name of a carrier reaches the shipment, if only one can be meant."""

import asyncio
from datetime import datetime

import pytest

from access.viewer import SYSTEM
from errors import Conflict
from models.carrier_families import CarrierFamilies
from models.enums import OrderStatus, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.node_ids import NodeType, node_id
from models.orders import Order
from models.shipments import Shipment
from tests.factories.acts import make_events, make_order, make_shipment, shipment_node_id
from tests.factories.drafts import ago, build_event_draft
from tests.tracking.assertions import assert_log_is_gapless
from tracking.events.outcomes import Kept, Outcome, Recorded
from tracking.events.retraction import retract_event
from tracking.inputs import DispatchDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.shipments.commands import cancel_shipment
from tracking.shipments.dispatch import dispatch_shipment
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

PRE_TRANSIT, IN_TRANSIT = ShipmentStatus.PRE_TRANSIT, ShipmentStatus.IN_TRANSIT
DELIVERED = ShipmentStatus.DELIVERED


async def dispatched(
    tracker: Tracker, carrier: str, *, number: str = "N1", created_at: datetime | None = None
) -> str:
    created_at = created_at or ago(hours=10)
    shipment = await make_shipment(tracker, await make_order(tracker), occurred_at=created_at)
    draft = DispatchDraft(carrier=carrier, tracking_number=number)
    await dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft)
    return shipment_node_id(shipment.id)


async def told(
    tracker: Tracker, carrier: str, type_: Type, occurred_at: datetime | None = None
) -> Outcome:
    draft = build_event_draft(
        type_, carrier=carrier, tracking_number="N1", occurred_at=occurred_at or ago(hours=1)
    )
    (outcome,) = await make_events(tracker, draft)
    return outcome


async def status_of(carrier: str) -> ShipmentStatus:
    return (await Shipment.get(carrier=carrier)).status


async def waiting() -> list[tuple[str | None, Type]]:
    return [(row.carrier, row.type) for row in await TrackingEvent.filter(shipment_id=None)]


@pytest.mark.parametrize("name", ["DHL Express", "dhl-express", "dhlexpress", "dhl", "DHL Paket"])
async def test_news_under_another_name_reaches_the_only_shipment(
    tracker: Tracker, name: str
) -> None:
    await dispatched(tracker, "dhl_express")

    assert isinstance(await told(tracker, name, Type.DELIVERED), Recorded)

    assert (await Order.get()).status is OrderStatus.DELIVERED
    event = await TrackingEvent.get()
    assert event.carrier == name.lower().replace(" ", "_").replace("-", "_")


@pytest.mark.parametrize("name", ["dhlexpress", "dhl", "dhl_parcel"])
async def test_news_that_waits_is_applied_when_the_family_takes_its_number(
    tracker: Tracker, name: str
) -> None:
    assert await told(tracker, name, Type.DELIVERED) == Kept()

    await dispatched(tracker, "dhl_express")

    assert await status_of("dhl_express") is DELIVERED
    assert await waiting() == []


async def test_another_family_gets_nothing(tracker: Tracker) -> None:
    await dispatched(tracker, "ups")

    assert await told(tracker, "usps", Type.DELIVERED) == Kept()


async def test_the_shipment_of_the_very_carrier_comes_before_its_family(tracker: Tracker) -> None:
    await dispatched(tracker, "dhl_express")
    await dispatched(tracker, "dhl")

    await told(tracker, "dhl", Type.DELIVERED)

    assert await status_of("dhl_express") is PRE_TRANSIT
    assert await status_of("dhl") is DELIVERED


async def test_a_later_shipment_of_the_very_carrier_gets_its_news_from_the_family(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express")
    await told(tracker, "dhl", Type.DELIVERED)
    await told(tracker, "dhl_express", Type.PICKED_UP, ago(hours=2))

    later = await dispatched(tracker, "dhl")

    assert await status_of("dhl_express") is IN_TRANSIT
    assert await status_of("dhl") is DELIVERED
    orders = await Order.all().order_by("id")
    assert [row.status for row in orders] == [OrderStatus.SHIPPED, OrderStatus.DELIVERED]
    await amend_shipment(tracker, SYSTEM, later, ShipmentAmendment(tracking_number="N2"))
    assert await status_of("dhl_express") is DELIVERED
    assert await status_of("dhl") is PRE_TRANSIT
    await assert_log_is_gapless()


async def test_news_that_two_carriers_of_the_family_could_have_waits_for_one_to_be_left(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express")
    wrong = await dispatched(tracker, "dhl_paket")

    assert await told(tracker, "dhl", Type.DELIVERED) == Kept()

    await amend_shipment(tracker, SYSTEM, wrong, ShipmentAmendment(tracking_number="N2"))
    assert await status_of("dhl_express") is DELIVERED


async def test_a_second_carrier_makes_news_doubtful_that_is_given_back_when_it_leaves(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express")
    await told(tracker, "dhl", Type.DELIVERED)

    second = await dispatched(tracker, "dhl_paket")

    assert await status_of("dhl_express") is PRE_TRANSIT
    assert await waiting() == [("dhl", Type.DELIVERED)]
    await amend_shipment(tracker, SYSTEM, second, ShipmentAmendment(carrier="ups"))
    assert await status_of("dhl_express") is DELIVERED


async def test_a_shipment_that_existed_comes_before_one_that_was_created_later(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express", created_at=ago(days=4))
    await told(tracker, "dhl", Type.DELIVERED, ago(days=3))

    await dispatched(tracker, "dhl_paket", created_at=ago(days=1))
    assert await status_of("dhl_express") is DELIVERED

    await told(tracker, "dhl", Type.PICKED_UP)
    assert await status_of("dhl_paket") is IN_TRANSIT


async def test_news_after_the_delivery_still_reaches_the_only_shipment(tracker: Tracker) -> None:
    await dispatched(tracker, "dhl_express", created_at=ago(days=4))
    await told(tracker, "dhl", Type.DELIVERED, ago(days=3))

    await told(tracker, "dhl", Type.RETURN_STARTED)

    assert await status_of("dhl_express") is ShipmentStatus.RETURNING


async def test_a_retraction_that_unfinishes_a_shipment_makes_later_news_doubtful(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express", created_at=ago(days=4))
    recorded = await told(tracker, "dhl_express", Type.DELIVERED, ago(days=3))
    assert isinstance(recorded, Recorded)
    await dispatched(tracker, "dhl_paket", created_at=ago(days=2))
    await told(tracker, "dhl", Type.PICKED_UP)
    assert await status_of("dhl_paket") is IN_TRANSIT

    event_id = node_id(NodeType.EVENT, recorded.event_id)
    await retract_event(tracker, SYSTEM, event_id, "another parcel")

    assert await status_of("dhl_paket") is PRE_TRANSIT
    assert await waiting() == [("dhl", Type.PICKED_UP)]


async def test_a_corrected_carrier_keeps_the_news_of_its_family(tracker: Tracker) -> None:
    id_ = await dispatched(tracker, "dhl_express")
    await told(tracker, "dhl_express", Type.PICKED_UP)

    await amend_shipment(tracker, SYSTEM, id_, ShipmentAmendment(carrier="dhl_paket"))

    assert await status_of("dhl_paket") is IN_TRANSIT
    assert await TrackingEvent.filter(retracted_at=None).count() == 1


async def test_a_number_is_taken_for_all_spellings_of_the_carrier_but_not_for_its_family(
    tracker: Tracker,
) -> None:
    await dispatched(tracker, "dhl_express")
    await dispatched(tracker, "dhl_paket")

    with pytest.raises(Conflict):
        await dispatched(tracker, "dhlexpress")


async def test_families_of_the_settings_are_used(tracker: Tracker) -> None:
    families = CarrierFamilies().extended([("acme", "acme_air"), ("own", "ups")])
    tracker = Tracker(announce=tracker.announce, families=families)
    await dispatched(tracker, "acme_air")
    await told(tracker, "acme", Type.DELIVERED)

    assert await status_of("acme_air") is DELIVERED


async def test_commands_and_news_of_a_family_do_not_miss_each_other(tracker: Tracker) -> None:
    shipments = [await make_shipment(tracker, await make_order(tracker)) for _ in range(4)]
    steps = []
    for place, shipment in enumerate(shipments):
        draft = DispatchDraft(carrier="dhl_express", tracking_number=f"N{place}")
        event = build_event_draft(Type.DELIVERED, carrier="dhl", tracking_number=f"N{place}")
        steps += [
            dispatch_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), draft),
            make_events(tracker, event, source=f"source {place}"),
        ]

    await asyncio.gather(*steps)

    assert [row.status for row in await Shipment.all()] == [DELIVERED] * 4
    assert await waiting() == []


async def test_a_cancellation_that_is_entered_late_ends_a_doubt_with_further_news(
    tracker: Tracker,
) -> None:
    cancelled = await dispatched(tracker, "dhl_express")
    await dispatched(tracker, "dhl_ecommerce")
    assert isinstance(await told(tracker, "dhl", Type.PICKED_UP, ago(hours=3)), Kept)

    await cancel_shipment(tracker, SYSTEM, cancelled, "not sent", ago(hours=5))
    assert await waiting() == [("dhl", Type.PICKED_UP)]
    assert isinstance(await told(tracker, "dhl", Type.DELIVERED), Recorded)

    assert await waiting() == []
    assert await status_of("dhl_ecommerce") is DELIVERED
    shipment = await Shipment.get(carrier="dhl_ecommerce")
    assert await TrackingEvent.filter(shipment_id=shipment.id).count() == 2
