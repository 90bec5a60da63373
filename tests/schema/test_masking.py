"""Errors as clients see them: a bug is hidden and logged once, an outage says to try again."""

import sqlite3
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from auth import SYSTEM
from schema import loaders, masking
from schema.loaders import Loaders
from tests.schema.world import HOLDER

OUTAGES = [
    OSError("connection refused"),
    TimeoutError(),
    TimeoutError(),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.CannotConnectNowError("starting up"),
    asyncpg.ConnectionDoesNotExistError("gone"),
    asyncpg.TooManyConnectionsError("too many"),
    asyncpg.QueryCanceledError("statement timeout"),
    OperationalError(sqlite3.OperationalError("database is locked")),
]
BUGS = [
    KeyError("secret"),
    ValueError("secret"),
    RecursionError("secret"),
    asyncpg.exceptions._base.DataError("secret"),
    OperationalError(sqlite3.OperationalError("no such column: secret")),
]


def failing(error: Exception) -> Any:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


def traces(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record.exc_info[1] for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("error", BUGS, ids=lambda error: type(error).__name__)
async def test_a_bug_in_a_query_is_masked_and_logged_once(api, monkeypatch, caplog, error):
    monkeypatch.setattr("schema.queries.order_reads.find_order", failing(error))

    answer = await api.answer('{ order(trackingId: "x") { id } }', HOLDER)

    assert answer.data == {"order": None}
    assert [(one["message"], one["path"]) for one in answer.errors] == [(masking.MASKED, ["order"])]
    assert answer.codes == ["INTERNAL"]
    assert traces(caplog) == [error]


@pytest.mark.parametrize("error", OUTAGES, ids=lambda error: type(error).__name__)
async def test_an_outage_in_a_query_says_to_try_again(api, monkeypatch, caplog, error):
    monkeypatch.setattr("schema.queries.order_reads.find_order", failing(error))

    answer = await api.answer('{ order(trackingId: "x") { id } }', HOLDER)

    assert answer.codes == ["UNAVAILABLE"]
    assert answer.errors[0]["message"] == masking.UNAVAILABLE
    assert traces(caplog) == []
    assert "Unavailable at order" in caplog.text


async def test_a_bug_below_the_root_leaves_the_rest_of_the_answer(api, world, monkeypatch, caplog):
    bug = KeyError("secret")
    monkeypatch.setattr(vars(Loaders)["customers"], "_load", failing(bug))

    query = "query ($id: ID!) { order(trackingId: $id) { status customer { name } } }"
    answer = await api.answer(query, SYSTEM, id=world.tracking_id)

    assert answer.data == {"order": {"status": "DELIVERED", "customer": None}}
    assert answer.errors[0]["path"] == ["order", "customer"]
    assert "secret" not in str(answer)
    assert traces(caplog) == [bug]


async def test_a_bug_in_a_mutation_is_masked_and_logged_once(api, monkeypatch, caplog):
    bug = KeyError("secret")
    monkeypatch.setattr("schema.mutations.orders.acts.hold_order", failing(bug))

    query = 'mutation { orderHold(trackingId: "x", reason: "y") { userErrors { code } } }'
    answer = await api.answer(query, SYSTEM)

    assert answer.data is None
    assert (answer.codes, answer.errors[0]["message"]) == (["INTERNAL"], masking.MASKED)
    assert traces(caplog) == [bug]


async def test_a_bug_in_what_is_pushed_is_masked_and_the_stream_goes_on(
    api, world, monkeypatch, caplog
):
    bug = KeyError("secret")
    monkeypatch.setattr(vars(Loaders)["orders"], "_load", failing(bug))

    query = "subscription { changes(after: 0) { position order { status } } }"
    async with api.stream(query, SYSTEM) as results:
        answers = [await anext(results) for _ in range(2)]

    assert [answer.codes for answer in answers] == [["INTERNAL"], ["INTERNAL"]]
    assert "secret" not in str(answers)
    assert set(traces(caplog)) == {bug}


async def test_what_is_pushed_waits_for_the_end_of_an_outage(api, world, monkeypatch, caplog):
    outages, load = [OUTAGES[0], OUTAGES[3]], vars(Loaders)["orders"]._load

    async def load_at_last(keys: list[Any]) -> Any:
        if outages:
            raise outages.pop()
        return await load(keys)

    monkeypatch.setattr(vars(Loaders)["orders"], "_load", load_at_last)
    query = "subscription { changes(after: 0) { position order { status } } }"
    async with api.stream(query, SYSTEM) as results:
        answer = await anext(results)

    assert (answer.data, answer.errors) == (
        {"changes": {"position": 1, "order": {"status": "DELIVERED"}}},
        [],
    )
    assert traces(caplog) == []


async def test_a_bug_before_anything_runs_is_masked_too(api, monkeypatch, caplog):
    bug = KeyError("secret")
    monkeypatch.setattr("schema.head.log_head", failing(bug))

    answer = await api.answer("{ position }", HOLDER)

    assert answer.data is None
    assert (answer.codes, answer.errors[0]["message"]) == (["INTERNAL"], masking.MASKED)
    assert traces(caplog) == [bug]


async def test_an_answer_has_at_most_20_errors(api, world):
    fields = " ".join(f"a{number}: reference" for number in range(30))

    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {fields} }} }}"
    answer = await api.answer(query, HOLDER, id=world.tracking_id)

    assert answer.codes == ["FORBIDDEN"] * masking.MAXIMUM_ERRORS


async def test_no_answer_grows_by_a_hundred_with_every_level(api, world, monkeypatch):
    monkeypatch.setattr(loaders, "MAXIMUM_THINGS", 5)
    deep = "events { nodes { order { events { nodes { id } } } } }"

    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ status {deep} }} }}"
    answer = await api.answer(query, HOLDER, id=world.tracking_id)

    assert set(answer.codes) == {"LIMIT_EXCEEDED"}


async def test_the_position_is_older_than_all_else_in_its_answer(api, monkeypatch):
    """A change that comes while the rest is read has a later position."""
    read: list[str] = []
    monkeypatch.setattr("schema.head.log_head", noting("head", read, 7))
    monkeypatch.setattr("schema.queries.order_reads.find_order", noting("order", read, None))
    for query in (
        '{ order(trackingId: "x") { id } position }',
        '{ order(trackingId: "x") { id } ... on Query { ... { p: position } } }',
        '{ order(trackingId: "x") { id } ...F } fragment F on Query { position }',
    ):
        read.clear()
        data = await api.data(query)
        assert read == ["head", "order"]
        assert 7 in data.values()


def noting(name: str, read: list[str], value: Any) -> Any:
    async def note(*_: Any) -> Any:
        read.append(name)
        return value

    return note
