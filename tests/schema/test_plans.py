"""A prepared plan is bound and run again with other values."""

import asyncio
from typing import Any

import orjson
import pytest

from access.rate_limits import RateLimits
from access.viewer import SYSTEM
from engine.execution import execute
from engine.planning.query_runner import CONCURRENT_ROOT_FIELDS
from engine.sql.statement import BoundRequest, Statement, run_statement
from schema.context import context_maker
from tests.schema.viewers import CONFIDANT, HOLDER, READER

LIST = """query ($filter: OrderFilter, $first: Int, $after: String, $status: [ExceptionStatus!]) {
  orders(filter: $filter, first: $first, after: $after) { edges { cursor node {
    status exceptions(status: $status) { type }
  } } }
}"""


async def test_other_values_use_the_same_statement(api, full_order, statements):
    first = await api.fetch(LIST, first=1)
    cursor = first["orders"]["edges"][0]["cursor"]
    variable_sets: list[list[dict[str, Any]]] = [
        [{"after": cursor}, {"after": cursor.replace("20", "19", 1)}],
        [
            {"filter": {"country": ["DE"]}, "first": 5},
            {"filter": {"country": ["FR", "PT", "DE"]}, "first": 5},
        ],
        [{"status": ["OPEN"]}, {"status": ["RESOLVED", "WAITING"]}, {"status": []}],
    ]
    for alike in variable_sets:
        statements.clear()
        for variables in alike:
            await api.fetch(LIST, **variables)
        assert [statement is statements[0] for statement in statements] == [True] * len(alike)


async def test_another_shape_is_another_statement_and_each_is_kept(api, full_order, statements):
    cursor = (await api.fetch(LIST, first=1))["orders"]["edges"][0]["cursor"]
    shapes: list[dict[str, Any]] = [
        {},
        {"after": cursor},
        {"filter": {"country": ["DE"]}},
        {"filter": {"country": ["DE"], "isLate": False}},
        {"status": ["OPEN"]},
    ]
    statements.clear()
    for _ in range(2):
        for variables in shapes:
            await api.fetch(LIST, **variables)

    once, again = statements[: len(shapes)], statements[len(shapes) :]
    assert len({one.text for one in once}) == len(shapes)
    assert [one is other for one, other in zip(once, again, strict=True)] == [True] * len(shapes)


async def test_no_value_stands_in_the_text_of_a_statement(api, full_order, statements):
    secret = "Robert'); DROP TABLE orders"
    await api.fetch(LIST, filter={"reference": [secret], "search": secret, "sku": [secret]})
    await api.execute(LIST, SYSTEM, after=f"PLACED_AT-~{secret}")
    await api.fetch("query ($id: ID!) { node(id: $id) { id } }", id=full_order.order_id)
    await api.fetch("query ($id: ID!) { order(trackingId: $id) { id } }", id=full_order.tracking_id)

    texts = " ".join(statement.text for statement in statements)
    assert len(statements) == 3
    assert "DROP" not in texts
    assert full_order.tracking_id not in texts
    assert full_order.order_id.partition("_")[2] not in texts


async def test_each_kind_of_reader_has_plans_of_its_own(api, full_order, statements):
    query = """query ($id: ID!) { order(trackingId: $id) {
      status reference customer { name } nextStatuses
    } }"""
    shown: dict[Any, Any] = {}
    for viewer in (SYSTEM, HOLDER, CONFIDANT, READER, HOLDER, SYSTEM):
        answer = await api.execute(query, viewer, id=full_order.tracking_id)
        assert shown.setdefault(viewer, answer.data) == answer.data

    orders = [shown[viewer]["order"] for viewer in (HOLDER, READER, CONFIDANT)]
    assert [order["reference"] for order in orders] == [None, "R-1001", "R-1001"]
    assert [order["customer"] for order in orders] == [None, None, {"name": "Customer 1"}]
    assert len({statement.text for statement in statements}) == 3


async def test_a_document_with_twenty_mutations_plans_each_payload_once(api, order):
    calls = "".join(
        f"m{number}: orderConfirm(trackingId: $id) {{ order {{ s{number}: status }} }} "
        for number in range(20)
    )
    document = f"mutation ($id: ID!) {{ {calls} }}"
    statistics = api.schema.plans.statistics
    planned = []
    for _ in range(2):
        before = statistics.misses
        answer = await api.execute(document, SYSTEM, id=order.tracking_id)
        planned.append(statistics.misses - before)
        assert (answer.errors, answer.data) == (
            [],
            {f"m{number}": {"order": {f"s{number}": "CONFIRMED"}} for number in range(20)},
        )

    assert planned == [20, 0]


@pytest.mark.parametrize(("directive", "shown"), [("include", True), ("skip", False)])
async def test_fields_left_out_by_directives_are_not_read(
    api, full_order, statements, directive, shown
):
    query = f"""query ($id: ID!, $shown: Boolean!) {{
      order(trackingId: $id) {{ status items @{directive}(if: $shown) {{ sku }} }}
    }}"""
    ids = {"id": full_order.tracking_id}

    with_items = await api.fetch(query, **ids, shown=shown)
    without_items = await api.fetch(query, **ids, shown=not shown)
    again = await api.fetch(query, **ids, shown=shown)

    assert with_items == again == {"order": {"status": "DELIVERED", "items": [{"sku": "MUG"}]}}
    assert without_items == {"order": {"status": "DELIVERED"}}
    assert ["order_item" in statement.text for statement in statements] == [True, False, True]
    assert statements[0] is statements[2]


async def test_directives_choose_by_the_variables_of_the_named_operation(api, full_order):
    """Variables of another operation of the document do not apply to this one."""
    query = """
      query Whole($id: ID!, $all: Boolean!) {
        order(trackingId: $id) { ...Parts @include(if: $all) }
      }
      query Short($id: ID!) { order(trackingId: $id) { status } }
      fragment Parts on Order { items { sku } }
    """
    shown = {}
    for name, extra in (("Short", {}), ("Whole", {"all": True}), ("Short", {"all": True})):
        operation = api.schema.operations.prepare(query, name)
        variables = {"id": full_order.tracking_id, **extra}
        result = await execute(
            api.schema,
            operation,
            variables,
            context_maker(api.tracker, RateLimits())(SYSTEM),
        )
        assert result.errors == []
        shown[name] = orjson.loads(orjson.dumps(result.data))

    assert shown == {
        "Short": {"order": {"status": "DELIVERED"}},
        "Whole": {"order": {"items": [{"sku": "MUG"}]}},
    }


async def test_root_fields_take_turns_with_one_connection(api, full_order, monkeypatch):
    """One root field at a time takes a connection, so that other requests get one, too."""
    running, most, waiting = 0, 0, asyncio.Event()

    async def wait(statement: Statement, bound: BoundRequest) -> Any:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == CONCURRENT_ROOT_FIELDS:
            waiting.set()
        await waiting.wait()
        result = await run_statement(statement, bound)
        running -= 1
        return result

    monkeypatch.setattr("engine.sql.plan.run_statement", wait)
    fields = " ".join(f"a{number}: orders(first: 1) {{ totalCount }}" for number in range(12))

    data = await api.fetch(f"{{ {fields} }}")

    assert list(data) == [f"a{number}" for number in range(12)]
    assert [one["totalCount"] for one in data.values()] == [1] * 12
    assert most == CONCURRENT_ROOT_FIELDS
