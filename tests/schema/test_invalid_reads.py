"""Impossible ids, filters and pages find nothing, or are refused with a reason."""

from typing import Any

import pytest

from access.viewer import SYSTEM

READS = [
    '{ node(id: "x") { id } }',
    '{ node(id: "order_\\u0000") { id } }',
    '{ order(trackingId: "\\u0000") { id } }',
    '{ shipment(carrier: "\\u0000", trackingNumber: "1") { id } }',
    '{ shipment(carrier: "ups", trackingNumber: "nothing") { id } }',
]


@pytest.mark.parametrize("query", READS)
async def test_an_impossible_id_finds_nothing(api, query):
    assert list((await api.fetch(query)).values()) == [None]


REVERSED = {"from": "2026-03-01T00:00:00.000001Z", "until": "2026-03-01T01:00:00+01:00"}
FILTERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "NUL": ("orders", {"country": ["\0"]}, "country"),
    "a lone surrogate": ("orders", {"or": [{"reference": ["\ud800"]}]}, "reference"),
    "NUL in search": ("orders", {"search": "a\0"}, "search"),
    "nothing to search for": ("orders", {"search": " "}, "search"),
    "too much to search for": ("orders", {"search": "x" * 101}, "search"),
    "NUL in an assignee": ("exceptions", {"assignee": "\0"}, "assignee"),
    "NUL in a number": ("shipments", {"trackingNumber": ["\0"]}, "trackingNumber"),
    "NUL in a change": ("changes", {"assignee": ["\0"]}, "assignee"),
    **{
        f"a reversed range of {field}": (root, {"not": {field: REVERSED}}, field)
        for root, field in (
            ("orders", "placedAt"),
            ("orders", "promisedAt"),
            ("orders", "deliveredAt"),
            ("shipments", "shippedAt"),
            ("shipments", "deliveredAt"),
            ("exceptions", "dueAt"),
            ("exceptions", "openedAt"),
            ("exceptions", "resolvedAt"),
        )
    },
}
FILTER_TYPES = {
    "orders": "OrderFilter",
    "shipments": "ShipmentFilter",
    "exceptions": "ExceptionFilter",
    "changes": "ChangeFilter",
}


@pytest.mark.parametrize("name", FILTERS)
async def test_a_filter_that_cannot_match_is_refused(api, name):
    root, filter_, field = FILTERS[name]
    query = f"query ($f: {FILTER_TYPES[root]}) {{ {root}(filter: $f) {{ totalCount }} }}"

    answer = await api.execute(query, SYSTEM, f=filter_)

    (error,) = answer.errors
    assert error["extensions"] == {"code": "INVALID", "field": ["filter", field]}
    assert error["path"] == [root]


@pytest.mark.parametrize(
    "ends", [("2026-03-01T00:00:00Z", "2026-03-01T01:00:00+01:00"), ("0001-01-01T00:00:00Z",) * 2]
)
async def test_a_range_that_ends_where_it_begins_admits_nothing(api, full_order, ends):
    query = "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }"

    data = await api.fetch(query, f={"placedAt": dict(zip(("from", "until"), ends, strict=True))})

    assert data == {"orders": {"totalCount": 0}}


async def test_a_reversed_range_says_what_to_send(api):
    answer = await api.execute(
        "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }",
        SYSTEM,
        f={"placedAt": REVERSED},
    )

    (error,) = answer.errors
    assert error["message"] == (
        "The range ends before it begins. Send a from that is not after until."
    )


async def test_a_range_beyond_all_times_admits_what_lies_within(api, full_order):
    """Whatever UTC has a name for, and what it has none for."""
    query = "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }"
    first, last = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"
    counts = {}
    for since, until in ((first, last), (None, last), (first, None), (last, None), (None, first)):
        asked = {"placedAt": {"from": since, "until": until}}
        counts[since, until] = (await api.fetch(query, f=asked))["orders"]["totalCount"]

    everything = (await api.fetch("{ orders { totalCount } }"))["orders"]["totalCount"]
    assert everything > 0
    assert list(counts.values()) == [everything, everything, everything, 0, 0]


@pytest.mark.parametrize("root", FILTER_TYPES)
async def test_a_filter_has_at_most_100_values(api, root):
    query = f"query ($f: {FILTER_TYPES[root]}) {{ {root}(filter: $f) {{ totalCount }} }}"

    answer = await api.execute(query, SYSTEM, f={"carrier": ["x"] * 101})

    (error,) = answer.errors
    assert error["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["filter", "carrier"]}


async def test_a_page_has_0_to_100_rows_and_one_direction(api):
    for arguments, field in (
        ("first: 101", "first"),
        ("first: -1", "first"),
        ("last: 101", "last"),
        ("first: 1, last: 1", "first"),
        ('after: "x"', "after"),
        ('before: "ü"', "before"),
    ):
        answer = await api.execute(f"{{ orders({arguments}) {{ nodes {{ id }} }} }}", SYSTEM)
        assert answer.errors[0]["extensions"] == {"code": "INVALID", "field": [field]}


async def test_at_most_100_ids_are_looked_up_at_once(api):
    query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    answer = await api.execute(query, SYSTEM, ids=["x"] * 101)

    assert answer.errors[0]["extensions"] == {"code": "LIMIT_EXCEEDED", "field": ["ids"]}
    assert await api.fetch(query, ids=["x"] * 100) == {"nodes": [None] * 100}
