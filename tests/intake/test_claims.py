"""A due body belongs to one process at a time, until its lease has run out."""

import asyncio
from datetime import timedelta

import pytest

from database.clock import database_now
from database.connections import is_postgres, transaction
from intake.claims import (
    BEFORE_ALL,
    INTERRUPTED,
    LEASE,
    PAUSES,
    TRIES,
    claim,
    due_condition,
    free_all,
    put_off,
    settle,
)
from intake.records import count_states, last_received_at, list_failures, replay
from models.enums.intakes import IntakeState
from models.intakes import PROBLEM_LENGTH, Intake
from tests.intake.deliveries import RECEIVER, make_intakes

pytestmark = pytest.mark.usefixtures("db")


async def claimed() -> Intake:
    row = await claim()
    assert row is not None
    return row


async def make_due() -> None:
    await Intake.all().update(due_at=database_now() - timedelta(seconds=1))


async def test_each_body_is_claimed_by_one_the_longest_due_first() -> None:
    await make_intakes(b"1", b"2", b"3")

    rows = [await claimed() for _ in range(3)]

    assert [row.body for row in rows] == [b"1", b"2", b"3"]
    assert [row.attempts for row in rows] == [1, 1, 1]
    assert await claim() is None


async def test_bodies_that_are_claimed_at_once_differ() -> None:
    await make_intakes(*[b"%d" % number for number in range(10)])

    rows = await asyncio.gather(*[claimed() for _ in range(10)])

    assert len({row.id for row in rows}) == 10


async def test_what_becomes_due_is_due_in_the_same_millisecond() -> None:
    await make_intakes(b"1")

    for attempt in range(1, 40):
        body = await claimed()
        assert body.attempts == 1, attempt
        await Intake.all().update(due_at=database_now(), attempts=0, lease_until=None)


async def test_the_next_due_body_is_found_by_an_index() -> None:
    statement = f"SELECT id FROM intake WHERE {due_condition()}"

    async with transaction() as client:
        if is_postgres():
            for method in ("seqscan", "sort", "bitmapscan"):
                await client.execute_query(f"SET LOCAL enable_{method} = off")
            plan = await client.execute_query_dict(f"EXPLAIN {statement}", [[BEFORE_ALL]])
        else:
            plan = await client.execute_query_dict(f"EXPLAIN QUERY PLAN {statement}", ["[]"])

    assert "intake_turns" in str(plan)
    assert "sort" not in str(plan).lower()
    assert "b-tree" not in str(plan).lower()


async def test_a_lease_that_has_run_out_lets_another_claim() -> None:
    await make_intakes(b"1")
    first = await claimed()
    assert first.lease_until is not None
    assert abs(first.lease_until - database_now() - LEASE) < timedelta(seconds=30)

    await Intake.all().update(lease_until=database_now() - timedelta(seconds=1))
    second = await claimed()

    assert (second.id, second.attempts) == (first.id, 2)
    assert await settle(first, IntakeState.FAILED, "too late") is False
    assert await put_off(first, "too late") is False
    assert await settle(second, IntakeState.APPLIED, None) is True
    stored = await Intake.get()
    assert (stored.state, stored.problem, stored.lease_until) == (IntakeState.APPLIED, None, None)


async def test_a_body_fails_after_its_last_attempt() -> None:
    await make_intakes(b"1")

    for pause in PAUSES:
        row = await claimed()
        await put_off(row, "The database was away.")
        stored = await Intake.get()
        assert stored.state is IntakeState.RECEIVED
        assert abs(stored.due_at - database_now() - pause) < timedelta(seconds=4)
        assert await claim() is None
        await make_due()
    await put_off(await claimed(), "The database was away.")

    stored = await Intake.get()
    assert (stored.state, stored.attempts) == (IntakeState.FAILED, TRIES)
    assert stored.problem == "The database was away."


async def test_a_body_that_ends_its_process_each_time_fails_at_last() -> None:
    await make_intakes(b"1")
    for _ in range(TRIES):
        assert (await claimed()).state is IntakeState.RECEIVED
        await Intake.all().update(lease_until=None)

    assert (await claimed()).state is IntakeState.FAILED

    stored = await Intake.get()
    assert (stored.state, stored.problem) == (IntakeState.FAILED, INTERRUPTED)


async def test_the_only_process_of_a_file_frees_what_an_earlier_one_left(engine: str) -> None:
    await make_intakes(b"1")
    await claimed()

    await free_all()

    assert (await claim() is not None) is (engine == "sqlite")


async def test_a_problem_is_stored_in_any_case() -> None:
    await make_intakes(b"1")

    await settle(await claimed(), IntakeState.FAILED, "\x00" + "x" * 2 * PROBLEM_LENGTH)

    problem = (await Intake.get()).problem
    assert problem is not None
    assert (problem[:6], len(problem)) == ("'\\x00x", PROBLEM_LENGTH)


async def test_failed_bodies_are_listed_and_replayed() -> None:
    await make_intakes(b"1", b"2", b"3")
    await settle(await claimed(), IntakeState.FAILED, "wrong")
    await settle(await claimed(), IntakeState.APPLIED, None)
    newest = max([row.received_at for row in await Intake.all()])

    assert await count_states(RECEIVER) == {
        IntakeState.FAILED: 1,
        IntakeState.APPLIED: 1,
        IntakeState.RECEIVED: 1,
    }
    assert await last_received_at(RECEIVER) == newest
    (failure,) = await list_failures(RECEIVER)
    assert (failure.body, failure.problem) == (b"1", "wrong")
    assert await replay(RECEIVER) == 1
    assert await replay(RECEIVER) == 0
    assert await list_failures(RECEIVER) == []
    again = await Intake.get(body=b"1")
    assert (again.state, again.attempts, again.problem) == (IntakeState.RECEIVED, 0, None)


async def test_all_that_came_since_a_moment_is_replayed() -> None:
    await make_intakes(b"1", b"2")
    for _ in range(2):
        await settle(await claimed(), IntakeState.APPLIED, None)
    await Intake.filter(body=b"1").update(received_at=database_now() - timedelta(hours=2))

    assert await replay(RECEIVER, database_now() - timedelta(hours=1)) == 1

    assert (await claimed()).body == b"2"
