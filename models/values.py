"""Values that every input has, texts and times: each is checked, or refused with what to send."""

from datetime import UTC, datetime, timedelta

from database.bounds import EARLIEST_TIME, END_OF_TIME, is_within_time
from database.texts import is_storable
from errors import Invalid

LONGEST_QUOTED = 40
"""The characters of a wrong value that its error repeats: enough to find it in a long input."""


def text(value: str, longest: int, *path: str) -> str:
    """Text that must say something."""
    if not is_storable(value):
        raise Invalid("Take out the NUL and unpaired surrogate characters.", path)
    if not value.strip():
        raise Invalid("Must not be empty.", path)
    if len(value) > longest:
        raise Invalid(f"Has {len(value)} characters; at most {longest} are kept.", path)
    return value


def optional_text(value: str | None, longest: int, *path: str) -> str | None:
    return None if value is None else text(value, longest, *path)


def utc(value: datetime, *path: str) -> datetime:
    if value.tzinfo is None:
        raise Invalid("Needs a time zone: end it with Z or an offset like +01:00.", path)
    if not is_within_time(value):
        last_day = END_OF_TIME - timedelta(days=1)
        raise Invalid(
            f"{value.isoformat()} lies outside the times that are kept: give one from"
            f" {EARLIEST_TIME:%Y-%m-%d} to {last_day:%Y-%m-%d}, in UTC.",
            path,
        )
    return value.astimezone(UTC)


def optional_utc(value: datetime | None, *path: str) -> datetime | None:
    return None if value is None else utc(value, *path)


def quoted(value: str) -> str:
    """Return the start of a value as an error quotes it."""
    shown = value if len(value) <= LONGEST_QUOTED else f"{value[:LONGEST_QUOTED]}..."
    return repr(shown)
