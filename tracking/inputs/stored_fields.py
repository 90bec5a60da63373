"""Stored fields: fields of inputs that are stored in the column of their name.

A mark beside the type and the description of a field says how its value is checked:
`Annotated[str | None, "The shop's own order number.", StoredText(200)]`. Fields without a mark are
checked and stored by code of their own.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, get_type_hints

from strawberry.utils.str_converters import to_camel_case

from models import values
from tracking.inputs.unchanged import UNCHANGED


class Stored(ABC):
    """Marks a field that is stored in the column of its name."""

    @abstractmethod
    def check(self, value: Any, *path: str) -> Any:
        """Return the value as it is stored. Raises Invalid with the path of the field."""


@dataclass(frozen=True)
class LimitedText:
    """Marks a text of 1 to `longest` characters that code of its own checks and stores."""

    longest: int

    @property
    def limit(self) -> str:
        """The limit as a sentence of the field's description."""
        return f"The text has 1 to {self.longest:,} characters."


class StoredText(LimitedText, Stored):
    """Marks a text of 1 to `longest` characters."""

    def check(self, value: str, *path: str) -> str:
        return values.text(value, self.longest, *path)


class StoredTime(Stored):
    """Marks a time, which is stored in UTC."""

    def check(self, value: datetime, *path: str) -> datetime:
        return values.utc(value, *path)


class StoredChoice(Stored):
    """Marks a member of an enum, which needs no check."""

    def check(self, value: StrEnum, *path: str) -> StrEnum:
        return value


def checked_columns(input_: object, *path: str) -> dict[str, Any]:
    """Return the values of an input's stored fields by column, without those left unchanged.

    Raises Invalid, with the field's path in the API after `path`.
    """
    columns = {}
    input_type: type = type(input_)
    for name, api_name, mark in _stored_fields(input_type):
        value = getattr(input_, name)
        if value is not UNCHANGED:
            columns[name] = None if value is None else mark.check(value, *path, api_name)
    return columns


@cache
def _stored_fields(input_type: type) -> tuple[tuple[str, str, Stored], ...]:
    """Return the name, the API's name and the mark of each stored field."""
    return tuple(
        (name, to_camel_case(name), mark)
        for name, annotation in get_type_hints(input_type, include_extras=True).items()
        for mark in annotation.__metadata__
        if isinstance(mark, Stored)
    )
