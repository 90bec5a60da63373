"""Conditions combine as sets of rows do, and their text depends on their fields alone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from access.viewer import SYSTEM
from database.columns import new_id
from database.connections import connection
from engine.sql.conditions import (
    EVERYTHING,
    NOTHING,
    TIME,
    Condition,
    among,
    compared,
    opaque,
    stored,
)
from models.enums import OrderStatus
from resolvers.filters import OrderFilter, TimeRange, order_condition
from tests.factories.in_memory import START, build_customer, build_order, day
from tests.resolvers.condition_statements import matching_keys

A, B, C = Condition("a = ?", (1,)), Condition("b = ?", (2,)), Condition("c = ?", (3,))


def test_values_are_in_the_order_of_their_placeholders() -> None:
    assert Condition("a = ? AND b = ? AND c = ?", (1, 2, 3)) == A & B & C
    assert Condition("(a = ? OR b = ?) AND c = ?", (1, 2, 3)) == (A | B) & C
    assert Condition("a = ? AND (b = ? AND c = ?) IS NOT TRUE", (1, 2, 3)) == A & ~(B & C)


def test_everything_and_nothing_are_left_out_where_they_have_no_effect() -> None:
    assert A & EVERYTHING == EVERYTHING & A == A | NOTHING == NOTHING | A == A
    assert A & NOTHING == NOTHING & A == ~EVERYTHING == NOTHING
    assert A | EVERYTHING == EVERYTHING | A == ~NOTHING == EVERYTHING


@pytest.mark.usefixtures("db")
async def test_the_complement_includes_the_rows_whose_comparison_is_null() -> None:
    customer = build_customer()
    await customer.save(force_create=True)
    promised, open_ended = [
        build_order(customer.id, promised_at=promised_at) for promised_at in (START, None)
    ]
    for order in (promised, open_ended):
        await order.save(force_create=True)
    before = compared('"orders"."promised_at"', "<", START + timedelta(1), TIME)

    assert await matching_keys("orders", before) == {str(promised.id)}
    assert await matching_keys("orders", ~before) == {str(open_ended.id)}
    assert await matching_keys("orders", ~~before) == {str(promised.id)}


def text_of(**fields: object) -> str:
    return order_condition(OrderFilter(**fields), SYSTEM, datetime.now(UTC)).text  # type: ignore[arg-type]


@pytest.mark.usefixtures("db")
async def test_the_text_depends_on_the_fields_and_not_on_the_values() -> None:
    first = text_of(
        status=[OrderStatus.PACKED],
        sku=["MUG"],
        search="customer",
        placed_at=TimeRange(since=START),
    )
    second = text_of(
        status=list(OrderStatus), sku=[], search="cotton%", placed_at=TimeRange(since=day(5))
    )

    assert first == second
    assert text_of(status=[]) != text_of(sku=[])


@pytest.mark.usefixtures("db")
async def test_every_value_has_a_placeholder_in_the_text() -> None:
    condition = order_condition(
        OrderFilter(
            search="wa?'\\",
            sku=["?"],
            customer_email="a?",
            is_late=True,
            none_of=OrderFilter(country=["de"], any_of=[OrderFilter(has_open_exception=False)]),
        ),
        SYSTEM,
        datetime.now(UTC),
    )

    assert condition.text.count("?") == len(condition.values)


def test_opaque_values_are_queries_of_their_own() -> None:
    text = '"a" = ANY(?::text[]) AND "b" < ?::timestamptz AND "c"::date = ?'

    assert opaque(text) == (
        '"a" = ANY((SELECT ?::text[])::text[])'
        ' AND "b" < (SELECT ?::timestamptz)::timestamptz AND "c"::date = ?'
    )


@pytest.mark.usefixtures("db")
async def test_a_list_of_any_length_is_one_value() -> None:
    for length in (0, 1, 100):
        condition = among('"orders"."status"', ["PACKED"] * length)
        assert len(condition.values) == condition.text.count("?") == 1
        assert await matching_keys("orders", condition) == set()


@pytest.mark.usefixtures("db")
async def test_values_compare_as_they_are_stored() -> None:
    customer = build_customer(email="customer1@example.com")
    await customer.save(force_create=True)
    half = timedelta(microseconds=500_000)
    order = build_order(customer.id, placed_at=START + half)
    await order.save(force_create=True)
    elsewhere = timezone(timedelta(hours=5))

    for moment, is_before in ((START, False), (START + half, False), (START + 2 * half, True)):
        before = compared('"orders"."placed_at"', "<", moment.astimezone(elsewhere), TIME)
        assert await matching_keys("orders", before) == ({str(order.id)} if is_before else set())


def test_sqlite_stores_values_in_its_own_types() -> None:
    id_, moment = new_id(), datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))

    assert stored(moment) == "2026-03-01 12:00:00+00:00"
    assert stored(moment.replace(microsecond=120)) == "2026-03-01 12:00:00.000120+00:00"
    assert stored(id_) == str(id_)
    assert [stored(value) for value in (True, False, 3, "a", None)] == [1, 0, 3, "a", None]
    assert stored([id_, "a", OrderStatus.PACKED]) == f'["{id_}","a","PACKED"]'


@pytest.mark.usefixtures("db")
async def test_sqlite_stores_times_as_conditions_give_them(engine: str) -> None:
    customer = build_customer()
    await customer.save(force_create=True)
    if engine == "sqlite":
        read = await connection().execute_query_dict("SELECT created_at FROM customer")
        assert read == [{"created_at": stored(START)}]
