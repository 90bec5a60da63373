"""Fields of a JSON body: each is read as what it should be, or refused with its path."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from database.texts import is_storable
from models.customers import IDENTITY_LENGTH
from sources.readings import Reading, Unreadable

MAXIMUM_ENTRIES = 1000
"""Entries of a list that are read: some times the lines that an order may have. The loop has other
work to do than to read those that fit into a body."""
_AMOUNT = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


class WrongField(Exception):
    """A field lacks or is not what it should be. The message begins with the field's path."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)


class Fields:
    """A JSON object and its path in the body. Null and an empty text count as left out."""

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values, self._path = values, path

    @classmethod
    def of_body(cls, body: bytes) -> "Fields":
        """Raises WrongField unless the body is a JSON object."""
        try:
            values = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise WrongField("", "The body is not JSON.") from None
        if not isinstance(values, dict):
            raise WrongField("", "The body must be a JSON object.")
        return cls(values)

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str | None:
        """Return a text without the blanks around it; a whole number counts as a text."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise WrongField(self.path(name), "must be a text.")
        return value.strip() or None

    def first_text(self, *names: str) -> str | None:
        return next((text for name in names if (text := self.text(name))), None)

    def needed(self, *names: str) -> str:
        """Return the first text that is there. Raises WrongField if there is none."""
        text = self.first_text(*names)
        if text is None:
            raise WrongField(self.path(names[0]), "is missing.")
        return text

    def identity(self, name: str) -> str:
        """Return the shop's id of something. Raises WrongField if none is there, or if it cannot be
        stored as it is: a part of an id would stand for something else."""
        text = self.needed(name)
        if len(text) > IDENTITY_LENGTH:
            length = f"has {len(text)} characters; at most {IDENTITY_LENGTH} are kept."
            raise WrongField(self.path(name), length)
        if not is_storable(text):
            raise WrongField(self.path(name), "has a NUL character.")
        return text

    def flag(self, name: str) -> bool:
        return self._values.get(name) is True

    def whole_number(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
            raise WrongField(self.path(name), "must be a whole number.")
        return value

    def amount(self, name: str) -> Decimal | None:
        """Return an exact amount, which shops write as a text."""
        text = self.text(name)
        if text is None:
            return None
        if not _AMOUNT.fullmatch(text):
            raise WrongField(self.path(name), "must be an amount such as 9.99.")
        return Decimal(text)

    def moment(self, name: str, *, is_utc: bool = False) -> datetime | None:
        """Return a time in UTC. One without an offset is refused, unless it is said to be UTC."""
        text = self.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None and is_utc:
                moment = moment.replace(tzinfo=UTC)
            is_moment = moment.tzinfo is not None
            moment = moment.astimezone(UTC) if is_moment else moment
        except (ValueError, OverflowError):
            is_moment = False
        if not is_moment:
            raise WrongField(self.path(name), "must be a time such as 2026-03-01T14:05:00+01:00.")
        return moment

    def needed_moment(self, name: str, *, is_utc: bool = False) -> datetime:
        """Return a time as `moment` does. Raises WrongField if there is none."""
        moment = self.moment(name, is_utc=is_utc)
        if moment is None:
            raise WrongField(self.path(name), "is missing.")
        return moment

    def object(self, name: str) -> "Fields | None":
        value = self._values.get(name)
        if value is None or value == []:
            # PHP writes an empty object as an empty list.
            return None
        if not isinstance(value, dict):
            raise WrongField(self.path(name), "must be an object.")
        return Fields(value, self.path(name))

    def objects(self, name: str) -> "list[Fields]":
        values = self._values.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            raise WrongField(self.path(name), "must be a list.")
        path = self.path(name)
        if len(values) > MAXIMUM_ENTRIES:
            count = f"has {len(values)} entries; at most {MAXIMUM_ENTRIES} are read."
            raise WrongField(path, count)
        for place, value in enumerate(values):
            if not isinstance(value, dict):
                raise WrongField(f"{path}.{place}", "must be an object.")
        return [Fields(value, f"{path}.{place}") for place, value in enumerate(values)]


def read_fields(body: bytes, read: Callable[[Fields], Reading]) -> Reading:
    """Return what `read` makes of the body's fields, or the field that it refuses."""
    try:
        return read(Fields.of_body(body))
    except WrongField as error:
        return Unreadable(str(error))


def version_of(updated_at: datetime, triggered_at: str) -> str:
    """Return a version that sorts by these times."""
    triggered = triggered_at[:40] if triggered_at.isascii() and triggered_at.isprintable() else ""
    return f"{updated_at:%Y-%m-%dT%H:%M:%S.%f}Z {triggered or '-'}"
