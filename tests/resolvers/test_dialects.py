"""The JSON that SQL writes equals the JSON that Python would write."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from database.connections import connection, is_postgres
from database.texts import is_storable
from database.timestamps import rfc_3339
from engine.sql.json_dialects import POSTGRES, SQLITE, JsonDialect, concatenated, literal
from models.customers import Customer
from tests.factories.in_memory import build_customer
from tests.profiles import examples

PROPERTY = examples(60, on_one_database=True)


def dialect() -> JsonDialect:
    return POSTGRES if is_postgres() else SQLITE


async def evaluate(expression: str, **columns: Sequence[Any]) -> list[str]:
    """The expression's text for each value of a column, in the order of the values."""
    ((name, values),) = columns.items()
    await Customer.all().delete()
    customers = [build_customer(**{name: value}) for value in values]
    if customers:
        await Customer.bulk_create(customers)
    rows = await connection().execute_query_dict(f'SELECT id, {expression} AS text FROM "customer"')
    texts = {str(row["id"]): row["text"] for row in rows}
    return [texts[str(customer.id)] for customer in customers]


# PostgreSQL's driver reads the first and the last possible time as infinity, so they are left out.
FIRST = datetime.min.replace(tzinfo=UTC) + datetime.resolution
LAST = datetime.max.replace(tzinfo=UTC) - datetime.resolution
TIMES = st.datetimes(timezones=st.just(UTC)).filter(lambda time: FIRST <= time <= LAST)
FRACTIONS = (0, 1, 10, 100_000, 120_000, 500_000, 999_999)


@PROPERTY
@given(times=st.lists(TIMES | TIMES.map(lambda time: time.replace(microsecond=0)), max_size=20))
@example(
    [datetime(2026, 3, 1, 14, 50, second, micro, UTC) for second in (0, 10) for micro in FRACTIONS]
)
@example([FIRST, LAST])
async def test_sql_writes_a_time_as_python_does(db, times):
    written = await evaluate(dialect().timestamp("created_at"), created_at=times)
    quoted = await evaluate(dialect().json_timestamp("created_at"), created_at=times)

    assert written == [rfc_3339(time) for time in times]
    assert [json.loads(text) for text in quoted] == written


def test_a_time_has_no_zeros_at_the_end_of_its_fraction():
    times = {0: "00Z", 500_000: "00.5Z", 123_456: "00.123456Z", 10: "00.00001Z", 100_000: "00.1Z"}

    for micro, end in times.items():
        assert rfc_3339(datetime(2026, 3, 10, 14, 50, 0, micro, UTC)) == f"2026-03-10T14:50:{end}"
    assert rfc_3339(datetime.fromisoformat("2026-01-01T01:30:00+02:00")) == "2025-12-31T23:30:00Z"


@PROPERTY
@given(texts=st.lists(st.text(max_size=40).filter(is_storable), max_size=20))
@example(["", '"', "\\", "'", "\n\t\r\b\f\x01\x1f\x7f", "</script>", "\u2028", "𝄞 é ß", "%s ?1 $1"])
async def test_a_written_text_is_read_back_unchanged(db, texts):
    written = await evaluate(dialect().json_string("name"), name=texts)

    assert [json.loads(text) for text in written] == texts


async def test_any_number_of_parts_is_joined(db):
    for count in (1, 2, 49, 50, 51, 100, 101, 3000):
        words = [f"it's {number};" for number in range(count)]
        expression = concatenated([literal(word) for word in words])
        (joined,) = await evaluate(expression, name=["x"])
        assert joined == "".join(words)
