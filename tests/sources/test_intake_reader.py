"""The reader of what sources have sent takes bodies in as they came, in whatever order it reads."""

import pytest

from access.scopes import Scope
from access.viewer import Viewer
from intake.storage import ReceivedBody, store
from intake.worker import Outcome
from models.enums.intakes import IntakeState, ReceiverType
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Address, Order
from models.sources import OrderSource, ShopOrder
from sources.intake_reader import SourceReader
from tests.factories.drafts import build_order_draft
from tests.sources.conftest import MakeSource
from tests.sources.shops import (
    TIMES,
    TOPIC_HEADERS,
    TOPICS,
    changed_order,
    encoded,
    every_kind,
    moves_to,
    read_order,
    version_time,
    versions,
)
from tracking.orders.creation import create_order
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

APPLIED = Outcome(IntakeState.APPLIED)


async def receive(source: OrderSource, order: object) -> Intake:
    headers = {TOPIC_HEADERS[source.kind]: TOPICS[source.kind]}
    body = encoded(order)
    assert await store(ReceivedBody(ReceiverType.SOURCE, source.id, None, headers, body))
    return await Intake.get(body=body)


@every_kind
@pytest.mark.parametrize("streets", [("First", "Second"), ("Second", "First")])
@pytest.mark.parametrize("is_reversed", [False, True])
async def test_of_two_versions_of_one_second_the_one_that_came_later_counts(
    kind: SourceKind,
    streets: tuple[str, str],
    is_reversed: bool,
    tracker: Tracker,
    make_source: MakeSource,
) -> None:
    source = await make_source(kind)
    placed, *moved = versions(kind, *[moves_to(kind, street) for street in streets])
    for order in moved:
        order[TIMES[kind]] = version_time(kind, 1)
    first, *same_second = [await receive(source, order) for order in (placed, *moved)]
    reader = SourceReader(tracker)

    for intake in (first, *(reversed(same_second) if is_reversed else same_second)):
        assert await reader(intake) == APPLIED

    assert (await Address.get()).line1 == streets[1]
    assert len((await ShopOrder.get()).version) <= 100


@every_kind
async def test_an_api_key_with_the_name_of_a_source_stands_in_the_way_of_no_order(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    source = await make_source(kind)
    intake = await receive(source, read_order(kind))
    namesake = Viewer(source.name, frozenset({Scope.ORDERS_WRITE}))
    draft = build_order_draft(idempotency_key=f"{kind.lower()}:{read_order(kind)['id']}")
    other = await create_order(tracker, namesake, draft)

    assert await SourceReader(tracker)(intake) == APPLIED

    assert (await ShopOrder.get()).order_id != other
    assert await Order.all().count() == 2


@every_kind
async def test_another_shop_under_the_name_of_a_deleted_one_has_its_own_orders(
    kind: SourceKind, tracker: Tracker, make_source: MakeSource
) -> None:
    number = "name" if kind is SourceKind.SHOPIFY else "number"
    ids = []
    for reference in ("A1", "B1"):
        source = await make_source(kind)
        intake = await receive(source, changed_order(kind, **{number: reference}))
        assert await SourceReader(tracker)(intake) == APPLIED
        ids.append((await ShopOrder.get(source_id=source.id)).order_id)
        await OrderSource.all().delete()

    orders = [await Order.get(id=id_) for id_ in ids]
    assert [order.reference for order in orders] == ["A1", "B1"]
