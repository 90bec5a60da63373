"""Exceptions are opened by people, and carrier events affect them."""

from datetime import timedelta
from typing import Any

import pytest

from access.viewer import SYSTEM
from errors import Conflict, DomainError, Invalid, LimitExceeded, NotFound
from models.enums import (
    ChangeKind,
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    Party,
)
from models.enums import TrackingEventType as Type
from models.exceptions import OrderException
from models.node_ids import NodeType, node_id
from models.orders import Order
from tests.factories.acts import (
    make_dispatched_shipment,
    make_dispatched_shipment_id,
    make_events,
    make_exception_id,
    make_order,
)
from tests.factories.drafts import NOW, ago, build_carrier_event_draft
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.exceptions import creation
from tracking.exceptions.commands import dismiss_exception
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
RESHIPPED = ExceptionResolution.RESHIPPED


async def test_an_exception_is_opened_with_the_defaults_of_its_type(tracker: Tracker) -> None:
    order = await make_order(tracker)
    before = await current_head()

    await make_exception_id(tracker, order, type=ExceptionType.LOST)

    exception = await OrderException.get()
    assert (exception.severity, exception.caused_by, exception.status) == (
        ExceptionSeverity.CRITICAL,
        Party.CARRIER,
        ExceptionStatus.OPEN,
    )
    assert exception.due_at == exception.opened_at + timedelta(hours=4)
    assert await change_kinds_after(before) == [ChangeKind.EXCEPTION_STATUS, ChangeKind.HEALTH]
    assert (await Order.get()).health is Health.EXCEPTION


@pytest.mark.parametrize(
    ("values", "refusal", "field"),
    [
        ({"summary": ""}, Invalid, "summary"),
        ({"due_at": NOW.replace(tzinfo=None)}, Invalid, "dueAt"),
        ({"shipment_id": "shipment_x"}, NotFound, "shipmentId"),
        ({"idempotency_key": "k", "shipment_id": "\ud800"}, NotFound, "shipmentId"),
        ({"idempotency_key": ""}, Invalid, "idempotencyKey"),
    ],
)
async def test_refusals_of_opening_name_the_path_of_the_argument(
    tracker: Tracker, values: dict[str, Any], refusal: type[DomainError], field: str
) -> None:
    order = await make_order(tracker)

    async with assert_refused(refusal, "input", field):
        await make_exception_id(tracker, order, **values)


async def test_the_unresolved_one_of_its_key_is_named_instead_of_a_second(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    await make_dispatched_shipment(tracker, order)
    await make_events(tracker, build_carrier_event_draft(Type.DAMAGED))
    exception = await OrderException.get()
    values = {"type": ExceptionType.DAMAGED, "shipment_id": f"shipment_{exception.shipment_id}"}

    async with assert_refused(Conflict, "input", "type"):
        await make_exception_id(tracker, order, **values)
    await make_exception_id(tracker, order, type=ExceptionType.DAMAGED)

    with pytest.raises(Conflict, match=node_id(NodeType.EXCEPTION, exception.id)):
        await make_exception_id(tracker, order, **values)


async def test_the_same_key_opens_one(tracker: Tracker) -> None:
    order = await make_order(tracker)
    first = await make_exception_id(tracker, order, idempotency_key="k")

    async with assert_nothing_changes():
        assert await make_exception_id(tracker, order, idempotency_key="k") == first
    async with assert_refused(Conflict, "input", "idempotencyKey"):
        await make_exception_id(tracker, order, idempotency_key="k", summary="Another")


async def test_people_open_so_many_and_no_more(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creation, "MAXIMUM_OPENED_BY_PERSONS", 1)
    order = await make_order(tracker)
    await make_exception_id(tracker, order)

    async with assert_refused(LimitExceeded, "trackingId"):
        await make_exception_id(tracker, order, type=ExceptionType.STOLEN)


async def test_a_good_event_closes_exceptions_of_events_and_not_those_of_people(
    tracker: Tracker,
) -> None:
    order = await make_order(tracker)
    id_ = await make_dispatched_shipment_id(tracker, order)
    await make_exception_id(tracker, order, type=ExceptionType.ADDRESS_PROBLEM, shipment_id=id_)
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=3))
    )

    await make_events(tracker, build_carrier_event_draft(Type.DELIVERED))

    statuses = {exception.type: exception.status for exception in await OrderException.all()}
    assert statuses == {
        ExceptionType.ADDRESS_PROBLEM: ExceptionStatus.OPEN,
        ExceptionType.RECIPIENT_UNAVAILABLE: ExceptionStatus.RESOLVED,
    }


async def test_a_further_event_of_the_kind_adds_an_occurrence(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=3))
    )
    before = await current_head()

    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=1))
    )

    exception = await OrderException.get()
    assert (exception.occurrences, exception.opened_at) == (2, ago(hours=3))
    assert await change_kinds_after(before) == [
        ChangeKind.EVENT_RECORDED,
        ChangeKind.EXCEPTION_AMENDED,
    ]


async def test_only_a_newer_event_reopens_what_a_person_closed(tracker: Tracker) -> None:
    await make_dispatched_shipment(tracker, await make_order(tracker))
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=3))
    )
    id_ = node_id(NodeType.EXCEPTION, (await OrderException.get()).id)
    await dismiss_exception(tracker, SYSTEM, id_, "they called")

    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=4))
    )
    assert await OrderException.all().count() == 1
    await make_events(
        tracker, build_carrier_event_draft(Type.DELIVERY_ATTEMPTED, occurred_at=ago(hours=1))
    )

    records = await OrderException.all().order_by("opened_at")
    assert [(record.status, record.occurrences) for record in records] == [
        (ExceptionStatus.DISMISSED, 1),
        (ExceptionStatus.OPEN, 1),
    ]
