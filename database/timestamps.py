"""Times as they are shown."""

from datetime import UTC, datetime


def rfc_3339(value: datetime) -> str:
    """In UTC, ending in Z, a fraction without the zeros at its end: as the databases write it."""
    said = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return f"{said.rstrip('0') if '.' in said else said}Z"
