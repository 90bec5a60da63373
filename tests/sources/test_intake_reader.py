"""The reader of what sources have sent takes bodies in as they came, in whatever order it reads."""

import pytest

from intake.storage import ReceivedBody, store
from intake.worker import Outcome
from models.enums.intakes import IntakeState, ReceiverType
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Address
from models.sources import OrderSource, ShopOrder
from sources.intake_reader import SourceReader
from tests.sources.conftest import MakeSource
from tests.sources.shops import (
    TIMES,
    TOPIC_HEADERS,
    TOPICS,
    encoded,
    moves_to,
    version_time,
    versions,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")

every_kind = pytest.mark.parametrize("kind", list(SourceKind))
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
