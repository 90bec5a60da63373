"""Bulk reads and writes of rows equal Tortoise's own, value for value, on both engines."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tortoise import Model

from database.bounds import EARLIEST_TIME
from database.columns import new_id
from database.rows import delete, insert, new_row, read, read_values, update
from models.enums import (
    EventClassifier,
    TimePrecision,
    TimeZoneSource,
    TrackingEventType,
)
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import OrderException
from models.orders import Order, OrderItem
from models.shipments import Shipment, ShipmentItem
from tests.factories.acts import make_dispatched_shipment, make_events, make_order
from tests.factories.drafts import build_event_draft
from tracking.inputs import EstimateDraft, LocationDraft
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
ALMOST_FIRST = EARLIEST_TIME + timedelta(microseconds=1)


def values(row: Model, columns: list[str]) -> list[tuple[type, Any]]:
    """The row's values with their types. PostgreSQL's driver has a subclass of UUID."""
    column_values = [getattr(row, name) for name in columns]
    return [(UUID if isinstance(value, UUID) else type(value), value) for value in column_values]


async def make_everything(tracker: Tracker) -> None:
    for number in ("N1", "N2"):
        order = await make_order(tracker, reference=number, metadata=[])
        await make_dispatched_shipment(tracker, order, number=number)
        event = build_event_draft(
            TrackingEventType.DAMAGED,
            carrier="ups",
            tracking_number=number,
            location=LocationDraft(city="Köln", country="DE", latitude=50.94, longitude=6.96),
            estimate=EstimateDraft(earliest=ALMOST_FIRST, latest=datetime.now(UTC), reason='"so"'),
        )
        await make_events(tracker, event)


@pytest.mark.parametrize(
    "model", [Order, OrderItem, Shipment, ShipmentItem, TrackingEvent, Estimate, OrderException]
)
async def test_a_row_is_read_as_tortoise_reads_it(tracker: Tracker, model: Any) -> None:
    await make_everything(tracker)
    known = {row.id: row for row in await model.all()}
    columns = list(model._meta.fields_db_projection)

    rows = await read(model, "id AMONG 1 ORDER BY id DESC", known)

    assert [row.id for row in rows] == sorted(known, reverse=True)
    assert len(rows) == 2
    for row in rows:
        assert values(row, columns) == values(known[row.id], columns)


async def test_a_row_comes_back_as_it_was_put_in(tracker: Tracker) -> None:
    row = new_row(
        TrackingEvent,
        carrier="ups",
        number_key="N1",
        type=TrackingEventType.HELD,
        classifier=EventClassifier.ACTUAL,
        occurred_at=ALMOST_FIRST,
        moment=ALMOST_FIRST,
        rank=8,
        time_zone_source=TimeZoneSource.OFFSET,
        precision=TimePrecision.DAY,
        recorded_at=datetime.now(UTC),
        location={"city": 'it\'s \\ "Köln"', "latitude": -0.1},
        description="{}",
        source="api",
        fingerprint="f",
    )

    await insert([row])

    assert vars(row) == vars((await read(TrackingEvent, "id AMONG 1", [row.id]))[0])
    assert values(await TrackingEvent.get(), list(vars(row))) == values(row, list(vars(row)))


async def test_a_column_without_a_value_gets_its_default() -> None:
    row, id_ = new_row(OrderException, counted_key="k"), new_id()

    assert isinstance(row.id, UUID)
    assert row.id != new_row(OrderException).id
    assert new_row(OrderException, id=id_).id == id_
    assert (row.occurrences, row.is_personal, row.assignee) == (1, False, None)
    assert row.counted_key == "k"


async def test_an_update_writes_the_named_columns_of_the_given_rows(tracker: Tracker) -> None:
    await make_everything(tracker)
    first, second = await read(Order, "reference AMONG 1 ORDER BY reference", ["N1", "N2"])
    first.metadata, first.hold_reason, first.cancel_reason = [{"key": "a"}], "why", "unsaid"

    await update([first], ("metadata", "hold_reason"))

    changed, same = await Order.all().order_by("reference")
    assert (changed.metadata, changed.hold_reason) == ([{"key": "a"}], "why")
    assert changed.cancel_reason is None
    assert values(same, list(vars(second))) == values(second, list(vars(second)))


async def test_a_deletion_takes_the_given_rows_alone(tracker: Tracker) -> None:
    await make_everything(tracker)
    first, second = await ShipmentItem.all().order_by("id")

    await delete([])
    assert await ShipmentItem.all().count() == 2
    await delete([first])

    assert [row.id for row in await ShipmentItem.all()] == [second.id]


async def test_columns_that_were_not_read_cannot_be_accessed(tracker: Tracker) -> None:
    await make_everything(tracker)

    (row,) = await read(Shipment, "number_key AMONG 1", ["N1"], columns=("id", "status"))

    assert list(vars(row)) == ["id", "status"]
    with pytest.raises(AttributeError):
        row.carrier  # noqa: B018
    assert await read_values(Shipment, ("number_key",), "id AMONG 1", [row.id]) == [("N1",)]


async def test_lists_may_be_empty_or_long(tracker: Tracker) -> None:
    await make_everything(tracker)
    many = [new_id() for _ in range(100_000)]

    assert await read(Order, "id AMONG 1", []) == []
    (row,) = await read(Order, "id AMONG 1 AND reference AMONG 2", await _ids() + many, ["N2"])
    assert row.reference == "N2"


async def _ids() -> list[UUID]:
    return [id_ for (id_,) in await Order.all().values_list("id")]
