"""Cursors mark places in a list, and nothing in them is trusted, since clients can change them."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from access.viewer import SYSTEM
from database.columns import new_id
from tests.factories.full_orders import FullOrder
from tests.profiles import examples
from tests.schema.lists import LISTINGS

PROPERTY = examples(40, on_one_database=True)
ROOTS = {
    listing.name: (
        f"{listing.root}(orderBy: {{field: {listing.sort}, direction: {listing.direction}}},"
    )
    for listing in LISTINGS
}
"""The beginning of each list's query, up to the argument with the cursor."""
INNER = {
    "events of an order": "node(id: $order) { ... on Order { list: events(",
    "history": "node(id: $order) { ... on Order { list: history(",
    "orders of a customer": "node(id: $customer) { ... on Customer { list: orders(",
    "events of a shipment": "node(id: $shipment) { ... on Shipment { list: events(",
}
LISTS = {**ROOTS, **INNER}
FORGED = [
    *("2026-03-01T12:00:00Z", "2026-03-01T12:00:00.000001Z", "9999-12-31T23:59:59.999999Z"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01", "20260301T12"),
    *("2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00:59", "infinity", "now", "nan"),
    *("", " ", "0", "-1", "1e9", "1_000", "٣", "9" * 15, "9" * 18, "9" * 19, "9" * 250),
    *("\0", "a\0", "\ud800", "'", '"', "\\", "%", "é", "null", "NULL", "x" * 400),
    *(str(new_id()), new_id().hex, f"{{{new_id()}}}", new_id().urn, "0" * 32),
]
"""Texts to put in the place of a cursor's values."""


def cursor_query(name: str, argument: str = "after") -> str:
    """A query for one row of the list, after or before a cursor."""
    beginning = LISTS[name]
    size = "first: 1" if argument == "after" else "last: 1"
    variables = [
        variable for variable in ("order", "customer", "shipment") if f"${variable}" in beginning
    ]
    declared = "".join(f", ${variable}: ID!" for variable in variables)
    selection = f"{beginning} {size}, {argument}: $cursor) {{ edges {{ cursor }} }}"
    end = "}}}" if "node(" in beginning else "}"
    return f"query ($cursor: String{declared}) {{ {selection} {end}"


async def execute(
    api: Any, full_order: FullOrder, name: str, cursor: str | None, argument: str = "after"
) -> Any:
    ids = {
        "order": full_order.order_id,
        "customer": full_order.customer_id,
        "shipment": full_order.shipment_id,
    }
    return await api.execute(cursor_query(name, argument), SYSTEM, cursor=cursor, **ids)


@pytest.fixture
async def cursors(api: Any, full_order: FullOrder) -> dict[str, str]:
    """A cursor of each list."""
    cursors_by_list = {}
    for name in LISTS:
        (value,) = (await execute(api, full_order, name, None)).data.values()
        (edge,) = value.get("list", value)["edges"]
        cursors_by_list[name] = edge["cursor"]
    return cursors_by_list


def refusal(argument: str) -> list[dict[str, Any]]:
    return [{"code": "INVALID", "field": [argument]}]


def extensions(answer: Any) -> list[dict[str, Any]]:
    return [error["extensions"] for error in answer.errors]


@PROPERTY
@given(
    name=st.sampled_from(list(LISTS)),
    cursor=st.text(max_size=60),
    argument=st.sampled_from(["after", "before"]),
)
async def test_any_invalid_cursor_is_refused(api, full_order, name, cursor, argument):
    assume(not cursor.isdigit())  # Positions are digits, and valid cursors of the log.

    answer = await execute(api, full_order, name, cursor, argument)

    assert extensions(answer) == refusal(argument)


@examples(300, on_one_database=True)
@given(data=st.data(), argument=st.sampled_from(["after", "before"]))
async def test_a_forged_cursor_leads_somewhere_or_is_refused(
    api, full_order, cursors, caplog, data, argument
):
    name = data.draw(st.sampled_from(list(LISTS)))
    tag, *values = cursors[name].split("~")
    forged = [data.draw(st.sampled_from([value, *FORGED])) for value in values]

    answer = await execute(api, full_order, name, "~".join([tag, *forged]), argument)

    assert extensions(answer) in ([], refusal(argument))
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


WRONG = [
    ("orders by PLACED_AT DESC", 1, "2026-03-01T12:00:00"),
    ("orders by PLACED_AT DESC", 1, "0001-01-01T00:00:00+14:00"),
    ("orders by PLACED_AT DESC", 1, ""),
    ("orders by PLACED_AT DESC", 2, ""),
    ("orders by PLACED_AT DESC", 2, "x"),
    ("orders by TOTAL ASC", 1, "9" * 19),
    ("orders by TOTAL ASC", 1, "1.5"),
    ("exceptions by SEVERITY ASC", 1, ""),
    ("events of an order", 3, "a\0"),
    ("events of an order", 3, "\ud800"),
    ("history", 0, "9" * 17),
    ("history", 0, "-1"),
    ("history", 0, "٣"),
]


@pytest.mark.parametrize(("name", "index", "value"), WRONG, ids=str)
async def test_a_cursor_with_an_impossible_value_is_refused(
    api, full_order, cursors, name, index, value
):
    parts = cursors[name].split("~")
    parts[index] = value

    answer = await execute(api, full_order, name, "~".join(parts))

    assert extensions(answer) == refusal("after")


async def test_a_cursor_has_as_many_values_as_its_list_is_ordered_by(api, full_order, cursors):
    for name, cursor in cursors.items():
        for other in (f"{cursor}~", f"{cursor}~1", f"~{cursor}", cursor.rpartition("~")[0]):
            answer = await execute(api, full_order, name, other)
            assert extensions(answer) == refusal("after")


async def test_a_cursor_fits_one_ordering_only(api, full_order, cursors):
    for name, own in cursors.items():
        for cursor in cursors.values():
            answer = await execute(api, full_order, name, cursor)
            is_own = cursor.split("~")[0] == own.split("~")[0]
            assert extensions(answer) == ([] if is_own else refusal("after"))
