"""Deliveries are stored once, in a transaction that is committed before the answer."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

import intake.storage
from database.clock import database_now
from database.columns import new_id
from intake.retention import KEPT, forget_old
from intake.storage import IntakeFull, store
from models.enums.intakes import IntakeState
from models.intakes import Intake
from tests.intake.deliveries import build_delivery

pytestmark = pytest.mark.usefixtures("db")


async def test_a_delivery_is_kept_as_it_came() -> None:
    body = bytes(range(256))

    assert await store(build_delivery(delivery_id="d1", body=body)) is True

    intake = await Intake.get()
    assert (intake.body, intake.headers) == (body, {"topic": "orders/create"})
    assert (intake.state, intake.attempts, intake.problem) == (IntakeState.RECEIVED, 0, None)
    assert intake.due_at == intake.received_at


@pytest.mark.parametrize(
    ("again", "is_new"),
    [
        ({"delivery_id": "d1"}, False),
        ({"delivery_id": "d1", "body": b"other"}, False),
        ({"delivery_id": "d2"}, False),
        ({"delivery_id": None}, False),
        ({"delivery_id": "d2", "body": b"other"}, True),
        ({"delivery_id": None, "body": b"other"}, True),
        ({"delivery_id": "d1", "receiver_id": new_id()}, True),
    ],
)
async def test_a_delivery_is_a_repeat_by_its_id_or_its_body(
    again: dict[str, Any], is_new: bool
) -> None:
    await store(build_delivery(delivery_id="d1"))

    assert await store(build_delivery(**again)) is is_new

    assert await Intake.all().count() == 1 + is_new


@pytest.mark.parametrize(
    "again",
    [{}, {"delivery_id": "d2"}, {"delivery_id": None}, {"body": b"other"}],
)
async def test_a_repeat_of_what_failed_is_read_again_as_it_now_came(again: dict[str, Any]) -> None:
    await store(build_delivery(delivery_id="d1"))
    await Intake.all().update(
        state=IntakeState.FAILED, problem="wrong", attempts=3, due_at=database_now() - KEPT
    )

    delivery = build_delivery(**{"delivery_id": "d1", "headers": {"topic": "new"}, **again})
    assert await store(delivery) is True
    assert await store(delivery) is False

    intake = await Intake.get()
    assert (intake.state, intake.attempts, intake.problem) == (IntakeState.RECEIVED, 0, None)
    assert (intake.body, intake.headers) == (delivery.body, {"topic": "new"})
    assert intake.body_digest == sha256(delivery.body).hexdigest()
    assert (intake.delivery_id, intake.due_at) == ("d1", intake.received_at)


async def test_the_same_body_counts_again_after_a_day() -> None:
    await store(build_delivery())
    await Intake.all().update(received_at=database_now() - timedelta(days=1, seconds=1))

    assert await store(build_delivery()) is True


async def test_repeats_that_come_at_once_are_stored_once() -> None:
    same_body = [store(build_delivery(delivery_id=str(number))) for number in range(5)]
    same_id = [store(build_delivery(body=b"%d" % number, delivery_id="d")) for number in range(5)]

    outcomes = await asyncio.gather(*same_body, *same_id)

    assert (sum(outcomes[:5]), sum(outcomes[5:])) == (1, 1)
    assert await Intake.all().count() == 2


async def test_a_receiver_has_a_bounded_number_of_waiting_bodies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intake.storage, "MAXIMUM_WAITING", 2)
    await store(build_delivery(body=b"1"))
    await store(build_delivery(body=b"2"))

    with pytest.raises(IntakeFull):
        await store(build_delivery(body=b"3"))
    assert await store(build_delivery(body=b"3", receiver_id=new_id())) is True
    await Intake.filter(body=b"1").update(state=IntakeState.APPLIED)
    assert await store(build_delivery(body=b"3")) is True


async def test_bodies_are_deleted_after_thirty_days_whatever_became_of_them() -> None:
    for number, state in enumerate(IntakeState):
        await store(build_delivery(body=b"%d" % number))
        await Intake.filter(body=b"%d" % number).update(state=state)
    await Intake.all().update(received_at=database_now() - KEPT - timedelta(minutes=1))
    await store(build_delivery(body=b"new"))

    assert await forget_old() == len(IntakeState)

    assert [kept.body for kept in await Intake.all()] == [b"new"]
