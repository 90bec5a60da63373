"""News that no shipment takes is discarded by a person, or by itself when nobody wants it."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from access.viewer import SYSTEM, Viewer
from database.connections import open_database
from errors import Invalid
from models.changes import Change
from models.enums import ChangeKind, ShipmentStatus
from models.enums import TrackingEventType as Type
from models.events import TrackingEvent
from models.number_decisions import NumberDecision
from models.shipments import Shipment
from tests.databases import Databases
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_order,
    make_shipment,
    shipment_node_id,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft
from tests.log_messages import messages_of
from tests.tracking.assertions import assert_log_is_gapless, assert_nothing_changes, assert_refused
from tracking.events import kept_discard
from tracking.events.kept_assignment import assign_kept_number
from tracking.events.kept_discard import discard_kept_number
from tracking.events.outcomes import Duplicate, Kept, Recorded
from tracking.inputs import EventDraft, ShipmentAmendment
from tracking.shipments.amendment import amend_shipment
from tracking.sweeper import discard_batch, sweep
from unit_of_work.unit_of_work import Tracker

CLERK = Viewer("desk", SYSTEM.scopes)


def scan(number: str = "N1", name: str = "1") -> EventDraft:
    return build_carrier_event_draft(Type.IN_TRANSIT, number, source_event_id=f"{number}/{name}")


async def discard(tracker: Tracker) -> int:
    return await discard_kept_number(tracker, CLERK, "UPS", "n-1", "not ours")


async def assign(tracker: Tracker, shipment_id: str) -> None:
    await assign_kept_number(tracker, SYSTEM, "ups", "N1", shipment_id, "the same parcel")


async def waiting_ids() -> list[str | None]:
    waiting = TrackingEvent.filter(shipment_id=None, decision_id=None)
    return [row.source_event_id for row in await waiting.order_by("source_event_id")]


def later(tracker: Tracker, **duration: float) -> Tracker:
    """The tracker with a clock that is that much ahead."""
    return replace(tracker, clock=lambda: NOW + timedelta(**duration))


@pytest.mark.usefixtures("db")
async def test_discarded_news_stays_stored_and_known(tracker: Tracker) -> None:
    await make_events(tracker, scan(), scan(name="2"), scan("N2"))

    assert await discard(tracker) == 2

    assert await waiting_ids() == ["N2/1"]
    decision = await NumberDecision.get()
    assert (decision.carrier, decision.number_key, decision.shipment_id) == ("ups", "N1", None)
    assert (decision.actor, decision.reason) == ("desk", "not ours")
    assert await TrackingEvent.filter(decision_id=decision.id).count() == 2
    async with assert_nothing_changes():
        assert await make_events(tracker, scan(), scan(name="2")) == [Duplicate(None)] * 2


@pytest.mark.usefixtures("db")
async def test_news_after_a_discard_is_kept_anew(tracker: Tracker) -> None:
    await make_events(tracker, scan())
    await discard(tracker)

    assert await make_events(tracker, scan(name="2")) == [Kept()]

    await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    events = await TrackingEvent.filter(shipment_id__not_isnull=True)
    assert [row.source_event_id for row in events] == ["N1/2"]
    assert await discard_is_refused(tracker)


async def discard_is_refused(tracker: Tracker) -> bool:
    async with assert_refused(Invalid, "trackingNumber"):
        await discard(tracker)
    return True


@pytest.mark.usefixtures("db")
async def test_a_number_for_which_nothing_is_kept_cannot_be_discarded(tracker: Tracker) -> None:
    await make_events(tracker, scan("N2"))

    assert await discard_is_refused(tracker)


@pytest.mark.usefixtures("db")
async def test_a_discard_ends_the_assignment_and_leaves_what_it_brought(tracker: Tracker) -> None:
    shipment = await make_shipment(tracker, await make_order(tracker))
    await make_events(tracker, scan())
    await assign(tracker, shipment_node_id(shipment.id))

    assert await discard(tracker) == 0

    assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT
    assert await make_events(tracker, scan(name="2")) == [Kept()]
    change = await Change.filter(kind=ChangeKind.SHIPMENT_AMENDED).order_by("-position").first()
    assert change is not None
    assert (change.actor, change.reason, change.details) == (
        "desk",
        "not ours",
        {"differences": [{"field": "assignedNumber", "before": "ups N1", "after": None}]},
    )
    await assert_log_is_gapless()


@pytest.mark.usefixtures("db")
async def test_thirty_days_after_its_last_news_a_number_is_discarded(
    tracker: Tracker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "whereabouts.sweeper")
    await make_events(tracker, scan(), scan(name="2"), scan("N2"))
    await make_events(later(tracker, days=5), scan("N2", "2"))

    await sweep(later(tracker, days=29, hours=23))
    assert await waiting_ids() == ["N1/1", "N1/2", "N2/1", "N2/2"]
    await sweep(later(tracker, days=30, hours=1))
    assert await waiting_ids() == ["N2/1", "N2/2"]
    await sweep(later(tracker, days=35, hours=1))

    assert await waiting_ids() == []
    assert messages_of(caplog.records) == [
        "Discarded the 2 events kept for the number N1 of ups: no shipment has taken it within 30"
        " days of its last news.",
        "Discarded the 2 events kept for the number N2 of ups: no shipment has taken it within 30"
        " days of its last news.",
    ]
    decision = await NumberDecision.get(number_key="N1")
    assert (decision.actor, decision.reason) == (
        "system",
        "No shipment has taken it within 30 days of its last news.",
    )


@pytest.mark.usefixtures("db")
async def test_every_number_is_discarded_in_its_turn(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = kept_discard.EXPIRED_NUMBERS.replace("LIMIT 50", "LIMIT 2")
    monkeypatch.setattr(kept_discard, "EXPIRED_NUMBERS", narrow)
    await make_events(tracker, *(scan(f"N{number}") for number in range(5)))

    await sweep(later(tracker, days=31))

    assert await waiting_ids() == []
    assert await NumberDecision.all().count() == 5


@pytest.mark.usefixtures("db")
async def test_news_that_has_just_left_a_shipment_is_not_discarded_for_its_age(
    tracker: Tracker,
) -> None:
    month_ago = replace(tracker, clock=lambda: ago(days=40))
    shipment = await make_dispatched_shipment(tracker, await make_order(tracker), number="N1")
    await Shipment.all().update(created_at=ago(days=41))
    old = replace(scan(), occurred_at=ago(days=40))
    assert isinstance((await make_events(month_ago, old))[0], Recorded)
    amendment = ShipmentAmendment(tracking_number="M1")
    await amend_shipment(tracker, SYSTEM, shipment_node_id(shipment.id), amendment)

    await sweep(tracker)

    assert await waiting_ids() == ["N1/1"]
    (waiting,) = await TrackingEvent.filter(shipment_id=None)
    assert waiting.recorded_at == ago(days=40)


@pytest.mark.usefixtures("db")
async def test_two_sweepers_discard_a_number_once(tracker: Tracker) -> None:
    await make_events(tracker, scan(), scan(name="2"))
    other = Tracker(announce=tracker.announce)
    sweepers = [later(one, days=31) for one in (tracker, other)]

    discarded = await asyncio.gather(*(discard_batch(one, SYSTEM) for one in sweepers))

    assert sorted(discarded, key=len) == [{}, {("ups", "N1"): 2}]
    assert await NumberDecision.all().count() == 1


async def test_a_restored_database_keeps_what_was_assigned_after_the_copy(
    database_url: str, databases: Databases, tracker: Tracker
) -> None:
    async with open_database(database_url, connections=5, is_global=True):
        shipment = await make_shipment(tracker, await make_order(tracker))
        await make_events(tracker, scan())
    copy = databases.back_up(database_url)
    async with open_database(database_url, connections=5, is_global=True):
        await assign(tracker, shipment_node_id(shipment.id))
        await make_events(tracker, scan(name="2"))
    databases.restore(database_url, copy)

    async with open_database(database_url, connections=5, is_global=True):
        assert await waiting_ids() == ["N1/1"]
        assert await make_events(tracker, scan(name="2"), scan()) == [Kept(), Duplicate(None)]
        await assign(tracker, shipment_node_id(shipment.id))
        assert await waiting_ids() == []
        assert (await Shipment.get()).status is ShipmentStatus.IN_TRANSIT
