"""The text of a time in answers."""

from datetime import UTC, datetime


def rfc_3339(value: datetime) -> str:
    """Return the time in UTC, ending in Z, its fraction without trailing zeros, as the databases
    write it."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{text.rstrip('0') if '.' in text else text}Z"
