"""What SQL writes as JSON is what Python would write."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.customers import Customer
from models.database import connection, is_postgres
from models.instants import rfc_3339
from models.texts import is_storable
from resolvers.plans.dialects import POSTGRES, SQLITE, Dialect, concatenated, literal
from tests.resolvers import rows

PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def dialect() -> Dialect:
    return POSTGRES if is_postgres() else SQLITE


async def told(of: str, **columns: Sequence[Any]) -> list[str]:
    """What an expression says of each value of a column, in their order."""
    ((name, values),) = columns.items()
    await Customer.all().delete()
    made = [rows.customer(**{name: value}) for value in values]
    if made:
        await Customer.bulk_create(made)
    found = await connection().execute_query_dict(f'SELECT id, {of} AS said FROM "customer"')
    said = {str(row["id"]): row["said"] for row in found}
    return [said[str(one.id)] for one in made]


# The first and the last of all times are for ever to PostgreSQL's driver; acts write them as texts.
FIRST = datetime.min.replace(tzinfo=UTC) + datetime.resolution
LAST = datetime.max.replace(tzinfo=UTC) - datetime.resolution
TIMES = st.datetimes(timezones=st.just(UTC)).filter(lambda one: FIRST <= one <= LAST)
FRACTIONS = (0, 1, 10, 100_000, 120_000, 500_000, 999_999)


@PROPERTY
@given(times=st.lists(TIMES | TIMES.map(lambda one: one.replace(microsecond=0)), max_size=20))
@example([datetime(2026, 3, 1, 14, 50, second, of, UTC) for second in (0, 10) for of in FRACTIONS])
@example([FIRST, LAST])
async def test_a_time_is_written_alike(db, times):
    said = await told(dialect().moment("created_at"), created_at=times)
    quoted = await told(dialect().quoted_moment("created_at"), created_at=times)

    assert said == [rfc_3339(one) for one in times]
    assert [json.loads(one) for one in quoted] == said


def test_a_time_has_no_zeros_at_the_end_of_its_fraction():
    times = {0: "00Z", 500_000: "00.5Z", 123_456: "00.123456Z", 10: "00.00001Z", 100_000: "00.1Z"}

    for micro, end in times.items():
        assert rfc_3339(datetime(2026, 3, 10, 14, 50, 0, micro, UTC)) == f"2026-03-10T14:50:{end}"
    assert rfc_3339(datetime.fromisoformat("2026-01-01T01:30:00+02:00")) == "2025-12-31T23:30:00Z"


@PROPERTY
@given(texts=st.lists(st.text(max_size=40).filter(is_storable), max_size=20))
@example(["", '"', "\\", "'", "\n\t\r\b\f\x01\x1f\x7f", "</script>", "\u2028", "𝄞 é ß", "%s ?1 $1"])
async def test_a_text_is_written_so_that_it_is_read_as_it_was(db, texts):
    said = await told(dialect().text("name"), name=texts)

    assert [json.loads(one) for one in said] == texts


async def test_any_number_of_parts_is_joined(db):
    for count in (1, 2, 49, 50, 51, 100, 101, 3000):
        words = [f"it's {number};" for number in range(count)]
        said = concatenated([literal(word) for word in words])
        (found,) = await told(said, name=["x"])
        assert found == "".join(words)
