"""Clients see a bug as a masked error, logged once, and an outage as advice to try again."""

import sqlite3
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import OperationalError, TransactionManagementError

from access.viewer import SYSTEM
from engine import error_formatting
from engine.sql.statement import run_statement
from errors import Unavailable
from models.tracking_ids import new_tracking_id
from tests.schema.viewers import HOLDER


def wrapped_by_tortoise(cause: Exception) -> TransactionManagementError:
    error = TransactionManagementError(cause)
    error.__cause__ = cause
    return error


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
    wrapped_by_tortoise(asyncpg.ReadOnlySQLTransactionError("cannot execute UPDATE")),
]
BUGS = [
    KeyError("secret"),
    ValueError("secret"),
    RecursionError("secret"),
    asyncpg.exceptions._base.DataError("secret"),
    OperationalError(sqlite3.OperationalError("no such column: secret")),
    wrapped_by_tortoise(asyncpg.NoActiveSQLTransactionError("secret")),
]


RUN = "engine.sql.plan.run_statement"
"""The function that runs every statement of a plan."""


def failing(error: Exception) -> Any:
    async def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


async def ask_for_an_order(api: Any) -> Any:
    query = "query ($id: ID!) { order(trackingId: $id) { id } }"
    return await api.execute(query, HOLDER, id=new_tracking_id())


def traces(caplog: pytest.LogCaptureFixture) -> list[Any]:
    return [record.exc_info[1] for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("error", BUGS, ids=lambda error: type(error).__name__)
async def test_a_bug_in_a_query_is_masked_and_logged_once(api, monkeypatch, caplog, error):
    monkeypatch.setattr(RUN, failing(error))

    answer = await ask_for_an_order(api)

    assert answer.data == {"order": None}
    assert [(error["message"], error["path"]) for error in answer.errors] == [
        (error_formatting.MASKED, ["order"])
    ]
    assert answer.codes == ["INTERNAL"]
    assert traces(caplog) == [error]


@pytest.mark.parametrize("error", OUTAGES, ids=lambda error: type(error).__name__)
async def test_an_outage_in_a_query_says_to_try_again(api, monkeypatch, caplog, error):
    monkeypatch.setattr(RUN, failing(error))

    answer = await ask_for_an_order(api)

    assert answer.codes == ["UNAVAILABLE"]
    assert answer.errors[0]["message"] == error_formatting.UNAVAILABLE
    assert traces(caplog) == []
    assert "Unavailable at order" in caplog.text


async def test_the_log_names_the_cause_of_an_outage(api, monkeypatch, caplog):
    error = Unavailable()
    error.__cause__ = TimeoutError("the lock was not free in time")
    monkeypatch.setattr(RUN, failing(error))

    await ask_for_an_order(api)

    assert "Unavailable at order: TimeoutError: the lock was not free in time" in caplog.text


async def test_a_bug_in_one_root_field_leaves_the_rest_of_the_answer(
    api, full_order, monkeypatch, caplog
):
    bug = KeyError("secret")

    async def fail_for_nodes(statement: Any, bound: Any) -> Any:
        if "names" in str(statement.parameters):
            raise bug
        return await run_statement(statement, bound)

    monkeypatch.setattr(RUN, fail_for_nodes)
    query = """query ($tracking: ID!, $id: ID!) {
      order(trackingId: $tracking) { status } node(id: $id) { id } viewer { name }
    }"""
    answer = await api.execute(
        query, SYSTEM, tracking=full_order.tracking_id, id=full_order.order_id
    )

    assert answer.data == {
        "order": {"status": "DELIVERED"},
        "node": None,
        "viewer": {"name": "system"},
    }
    assert answer.errors[0]["path"] == ["node"]
    assert "secret" not in str(answer)
    assert traces(caplog) == [bug]


async def test_a_bug_in_a_mutation_is_masked_and_logged_once(api, monkeypatch, caplog):
    bug = KeyError("secret")
    monkeypatch.setattr("schema.mutations.orders.hold_order", failing(bug))

    query = 'mutation { orderHold(trackingId: "x", reason: "y") { userErrors { code } } }'
    answer = await api.execute(query, SYSTEM)

    assert answer.data is None
    assert (answer.codes, answer.errors[0]["message"]) == (["INTERNAL"], error_formatting.MASKED)
    assert traces(caplog) == [bug]


async def test_a_bug_in_the_payload_of_a_mutation_leaves_its_effects(
    api, order, monkeypatch, caplog
):
    bug = KeyError("secret")
    monkeypatch.setattr(RUN, failing(bug))

    query = """mutation ($id: ID!) {
      orderConfirm(trackingId: $id) { order { status } userErrors { code } }
    }"""
    answer = await api.execute(query, SYSTEM, id=order.tracking_id)

    assert answer.data == {"orderConfirm": {"order": None, "userErrors": []}}
    assert (answer.codes, answer.errors[0]["path"]) == (["INTERNAL"], ["orderConfirm", "order"])
    assert traces(caplog) == [bug]
    await order.refresh_from_db()
    assert order.status == "CONFIRMED"


async def test_a_bug_in_a_pushed_answer_is_masked_and_the_stream_goes_on(
    api, full_order, monkeypatch, caplog
):
    bug = KeyError("secret")
    monkeypatch.setattr(RUN, failing(bug))

    query = "subscription { changes(after: 0) { position order { status } } }"
    async with api.stream(query, SYSTEM) as results:
        answers = [await anext(results) for _ in range(2)]

    assert [(answer.data, answer.codes) for answer in answers] == [(None, ["INTERNAL"])] * 2
    assert [answer.errors[0]["path"] for answer in answers] == [["changes"]] * 2
    assert "secret" not in str(answers)
    assert set(traces(caplog)) == {bug}


async def test_a_bug_in_one_change_leaves_the_others_be(api, full_order, monkeypatch, caplog):
    bug = KeyError("secret")

    async def fail_for_the_second(statement: Any, bound: Any) -> Any:
        rows = await run_statement(statement, bound)
        if any(key == 2 for key, _ in rows):
            raise bug
        return rows

    monkeypatch.setattr(RUN, fail_for_the_second)
    query = "subscription { changes(after: 0) { position order { status } } }"
    async with api.stream(query, SYSTEM) as results:
        answers = [await anext(results) for _ in range(3)]

    shown = [answer.data and answer.data["changes"]["position"] for answer in answers]
    assert shown == [1, None, 3]
    assert [answer.codes for answer in answers] == [[], ["INTERNAL"], []]
    assert traces(caplog) == [bug]


async def test_a_pushed_change_waits_for_the_end_of_an_outage(api, full_order, monkeypatch, caplog):
    outages = [OUTAGES[0], OUTAGES[3]]

    async def run_at_last(statement: Any, bound: Any) -> Any:
        if outages:
            raise outages.pop()
        return await run_statement(statement, bound)

    monkeypatch.setattr(RUN, run_at_last)
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
    monkeypatch.setattr("schema.root_fields.log_head", failing(bug))

    answer = await api.execute("{ position }", HOLDER)

    assert answer.data is None
    assert (answer.codes, answer.errors[0]["message"]) == (["INTERNAL"], error_formatting.MASKED)
    assert traces(caplog) == [bug]


async def test_an_answer_has_at_most_20_errors(api, full_order):
    fields = " ".join(f"a{number}: reference" for number in range(30))

    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {fields} }} }}"
    answer = await api.execute(query, HOLDER, id=full_order.tracking_id)

    assert answer.codes == ["FORBIDDEN"] * error_formatting.MAXIMUM_ERRORS


async def test_no_answer_grows_by_a_hundred_with_every_level(api, full_order, monkeypatch):
    deep = "status"
    for _ in range(3):
        deep = f"events(first: 100) {{ nodes {{ order {{ {deep} }} }} }}"
    query = f"query ($id: ID!) {{ order(trackingId: $id) {{ {deep} }} }}"
    monkeypatch.setattr(RUN, failing(AssertionError("nothing is read")))

    answer = await api.execute(query, HOLDER, id=full_order.tracking_id)

    assert answer.data == {"order": None}
    assert (answer.codes, answer.errors[0]["path"]) == (["LIMIT_EXCEEDED"], ["order"])


async def test_the_position_is_older_than_all_else_in_its_answer(api, monkeypatch):
    """A change that is committed during the read has a later position, so it is not missed."""
    read: list[str] = []
    monkeypatch.setattr("schema.root_fields.log_head", recorder_of("head", read, 7))
    monkeypatch.setattr(RUN, recorder_of("order", read, ()))
    for query in (
        "query ($id: ID!) { order(trackingId: $id) { id } position }",
        "query ($id: ID!) { order(trackingId: $id) { id } ... on Query { ... { p: position } } }",
        """query ($id: ID!) { order(trackingId: $id) { id } ...F }
           fragment F on Query { position }""",
    ):
        read.clear()
        data = await api.fetch(query, id=new_tracking_id())
        assert read == ["head", "order"]
        assert 7 in data.values()


def recorder_of(name: str, read: list[str], value: Any) -> Any:
    async def record(*_: Any) -> Any:
        read.append(name)
        return value

    return record
