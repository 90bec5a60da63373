"""Exceptions are acknowledged, worked on, resolved, dismissed and reopened by people."""

import pytest

from access.viewer import SYSTEM
from errors import Conflict, IllegalTransition, Invalid, LimitExceeded, NotFound
from models.changes import Change
from models.enums import (
    ChangeKind,
    ExceptionResolution,
    ExceptionStatus,
    Party,
)
from models.exceptions import ExceptionNote, OrderException
from tests.factories.acts import make_exception_id, make_order
from tests.tracking.assertions import (
    assert_nothing_changes,
    assert_refused,
    change_kinds_after,
    current_head,
)
from tracking.exceptions import aggregate
from tracking.exceptions.commands import (
    acknowledge_exception,
    add_exception_note,
    assign_exception,
    dismiss_exception,
    reopen_exception,
    resolve_exception,
    start_exception,
    wait_exception,
)
from unit_of_work.unit_of_work import Tracker

pytestmark = pytest.mark.usefixtures("db")
RESHIPPED = ExceptionResolution.RESHIPPED


async def test_an_exception_moves_on_and_repeated_steps_change_nothing(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = await make_exception_id(tracker, order)
    before = await current_head()
    note = "sent another"

    for step in (
        lambda: acknowledge_exception(tracker, SYSTEM, id_),
        lambda: start_exception(tracker, SYSTEM, id_),
        lambda: wait_exception(tracker, SYSTEM, id_, Party.SHIPPER),
        lambda: wait_exception(tracker, SYSTEM, id_, Party.CUSTOMS),
        lambda: assign_exception(tracker, SYSTEM, id_, "agent1"),
        lambda: assign_exception(tracker, SYSTEM, id_, None),
        lambda: resolve_exception(tracker, SYSTEM, id_, RESHIPPED, note),
        lambda: reopen_exception(tracker, SYSTEM, id_, "it was not"),
        lambda: resolve_exception(tracker, SYSTEM, id_, ExceptionResolution.REFUNDED),
    ):
        await step()
        async with assert_nothing_changes():
            await step()

    status, amended = ChangeKind.EXCEPTION_STATUS, ChangeKind.EXCEPTION_AMENDED
    kinds = [kind for kind in await change_kinds_after(before) if kind is not ChangeKind.HEALTH]
    assert kinds == [*[status] * 3, *[amended] * 3, *[status] * 3]
    exception = await OrderException.get()
    assert (exception.status, exception.resolution, exception.reopened_count) == (
        ExceptionStatus.RESOLVED,
        ExceptionResolution.REFUNDED,
        1,
    )
    assert (exception.waiting_on, exception.assignee) == (None, None)
    assert [exception_note.body for exception_note in await ExceptionNote.all()] == [note]


async def test_a_step_that_the_table_does_not_allow_is_refused(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = await make_exception_id(tracker, order)

    async with assert_refused(IllegalTransition, "id"):
        await wait_exception(tracker, SYSTEM, id_, Party.SHIPPER)
    async with assert_refused(IllegalTransition, "id"):
        await reopen_exception(tracker, SYSTEM, id_, "why not")
    await start_exception(tracker, SYSTEM, id_)
    async with assert_refused(IllegalTransition, "id"):
        await acknowledge_exception(tracker, SYSTEM, id_)
    async with assert_refused(IllegalTransition, "id"):
        await reopen_exception(tracker, SYSTEM, id_, "why not")
    await resolve_exception(tracker, SYSTEM, id_, RESHIPPED)
    for step in (
        lambda: start_exception(tracker, SYSTEM, id_),
        lambda: dismiss_exception(tracker, SYSTEM, id_, "nothing"),
        lambda: resolve_exception(tracker, SYSTEM, id_, ExceptionResolution.REFUNDED, "a note"),
    ):
        async with assert_refused(IllegalTransition, "id"):
            await step()


async def test_a_dismissed_exception_stays_dismissed(tracker: Tracker) -> None:
    order = await make_order(tracker)
    id_ = await make_exception_id(tracker, order)
    await dismiss_exception(tracker, SYSTEM, id_, "nothing to it")

    async with assert_refused(IllegalTransition, "id"):
        await reopen_exception(tracker, SYSTEM, id_, "or was there")
    async with assert_refused(IllegalTransition, "id"):
        await resolve_exception(tracker, SYSTEM, id_, RESHIPPED, "a note")
    async with assert_nothing_changes():
        await dismiss_exception(tracker, SYSTEM, id_, "again")


async def test_reopening_is_refused_while_another_of_its_key_is_open(tracker: Tracker) -> None:
    order = await make_order(tracker)
    first = await make_exception_id(tracker, order)
    await resolve_exception(tracker, SYSTEM, first, RESHIPPED)
    second = await make_exception_id(tracker, order)

    async with assert_refused(Conflict, "id"):
        await reopen_exception(tracker, SYSTEM, first, "again")
    await resolve_exception(tracker, SYSTEM, second, RESHIPPED)
    await reopen_exception(tracker, SYSTEM, first, "again")


async def test_notes_are_logged_and_limited(
    tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregate, "MAXIMUM_NOTES", 2)
    order = await make_order(tracker)
    id_ = await make_exception_id(tracker, order)
    before = await current_head()

    await add_exception_note(tracker, SYSTEM, id_, "one", "k")
    async with assert_nothing_changes():
        await add_exception_note(tracker, SYSTEM, id_, "one", "k")
    async with assert_refused(Conflict, "idempotencyKey"):
        await add_exception_note(tracker, SYSTEM, id_, "two", "k")
    await add_exception_note(tracker, SYSTEM, id_, "one")
    for step in (
        lambda: add_exception_note(tracker, SYSTEM, id_, "three"),
        lambda: resolve_exception(tracker, SYSTEM, id_, RESHIPPED, "three"),
    ):
        async with assert_refused(LimitExceeded, "id"):
            await step()
    async with assert_refused(Invalid, "body"):
        await add_exception_note(tracker, SYSTEM, id_, "")

    change = await Change.get(position=before + 1)
    assert change.details == {"differences": [{"field": "notes", "before": None, "after": "one"}]}
    assert await change_kinds_after(before) == [ChangeKind.EXCEPTION_AMENDED] * 2


@pytest.mark.parametrize("id_", ["", "exception_x", "order_00000000-0000-0000-0000-000000000000"])
async def test_an_unknown_exception_is_not_found(tracker: Tracker, id_: str) -> None:
    async with assert_refused(NotFound, "id"):
        await acknowledge_exception(tracker, SYSTEM, id_)
    async with assert_refused(NotFound, "id"):
        await add_exception_note(tracker, SYSTEM, f"{id_}\ud800", "note", "k")
