"""Bounds of time: what lies within them, and what a time outside becomes in a range."""

from datetime import UTC, datetime

import pytest

from database.bounds import EARLIEST_TIME, END_OF_TIME, clamped, is_within_time


@pytest.mark.parametrize(
    ("text", "is_within"),
    [
        ("1999-12-31T23:59:59.999999+00:00", False),
        ("2000-01-01T00:00:00+00:00", True),
        ("2000-01-01T00:59:59+01:00", False),
        ("1999-12-31T19:00:00-05:00", True),
        ("2099-12-31T23:59:59.999999+00:00", True),
        ("2100-01-01T00:00:00+00:00", False),
        ("2099-12-31T20:00:00-05:00", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59.999999-14:00", False),
    ],
)
def test_a_century_is_kept_without_its_end(text: str, is_within: bool) -> None:
    assert is_within_time(datetime.fromisoformat(text)) is is_within


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0001-01-01T00:00:00+14:00", EARLIEST_TIME),
        ("1999-12-31T23:59:59.999999+00:00", EARLIEST_TIME),
        ("2026-03-01T14:05:00+01:00", datetime(2026, 3, 1, 13, 5, tzinfo=UTC)),
        ("2100-01-01T00:00:00+00:00", END_OF_TIME),
        ("9999-12-31T23:59:59.999999-14:00", END_OF_TIME),
    ],
)
def test_a_time_outside_becomes_the_bound_that_it_lies_beyond(text: str, moment: datetime) -> None:
    found = clamped(datetime.fromisoformat(text))

    assert (found, found.tzinfo) == (moment, UTC)
