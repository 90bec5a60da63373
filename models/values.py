"""Values that every input has, texts and times: each is checked, or refused with what to send."""

from datetime import UTC, datetime

from database.texts import is_storable
from errors import Invalid


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
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise Invalid("Lies outside the years 1 to 9999.", path) from error


def optional_utc(value: datetime | None, *path: str) -> datetime | None:
    return None if value is None else utc(value, *path)
