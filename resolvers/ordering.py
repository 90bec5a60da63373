"""Orders of lists: by which columns, and the cursors that name a place in them."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson
from tortoise.expressions import Q, RawSQL
from tortoise.models import Model
from tortoise.queryset import QuerySet

from errors import Invalid

MAXIMUM_CURSOR_LENGTH = 500
"""Characters: a cursor of ours has at most some two hundred."""

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Key:
    """One column that a list is ordered by. A missing value comes last in either direction."""

    column: str
    is_descending: bool = False
    is_nullable: bool = False
    parse: Callable[[str | int], Any] = str


@dataclass(frozen=True, slots=True)
class Ordering:
    """The columns of an order, the last of them unique; `tag` names it in cursors."""

    tag: str
    keys: tuple[Key, ...]

    def cursor(self, row: Model) -> str:
        values = [getattr(row, key.column) for key in self.keys]
        return base64.urlsafe_b64encode(orjson.dumps([self.tag, values], default=str)).decode()

    def values(self, cursor: str, name: str) -> list[Any]:
        """Raises Invalid if this is no cursor of a list in this order."""
        try:
            tag, values = orjson.loads(base64.urlsafe_b64decode(cursor[:MAXIMUM_CURSOR_LENGTH]))
            if tag == self.tag and len(values) == len(self.keys):
                return [
                    self._parsed(key, value) for key, value in zip(self.keys, values, strict=True)
                ]
        except (ValueError, TypeError, ArithmeticError):
            pass
        raise Invalid("This is no cursor of a list in this order.", (name,))

    @staticmethod
    def _parsed(key: Key, value: Any) -> Any:
        if value is None and key.is_nullable:
            return None
        if not isinstance(value, str | int) or "\0" in str(value):
            raise ValueError("no such place")
        return key.parse(value)

    def beyond(self, values: Sequence[Any], *, backwards: bool) -> Q:
        """Rows that come after these values; before them, if backwards."""
        beyond = Q()
        equal = Q()
        for key, value in zip(self.keys, values, strict=True):
            step = _beyond(key, value, backwards=backwards)
            if step is not None:
                beyond |= equal & step
            equal &= (
                condition(f"{key.column}__isnull", True)
                if value is None
                else condition(key.column, value)
            )
        return beyond

    def applied(self, query: QuerySet[Row], *, backwards: bool) -> QuerySet[Row]:
        names: list[str] = []
        for key in self.keys:
            if key.is_nullable:
                missing = f"{key.column}_is_missing"
                query = query.annotate(**{missing: RawSQL(f'"{key.column}" IS NULL')})
                names.append(f"-{missing}" if backwards else missing)
            names.append(key.column if key.is_descending == backwards else f"-{key.column}")
        return query.order_by(*names)

    def sql(self, *, backwards: bool) -> str:
        """For a window: its keys are never missing."""
        return ", ".join(
            f'"{key.column}" {"ASC" if key.is_descending == backwards else "DESC"}'
            for key in self.keys
        )


def _beyond(key: Key, value: Any, *, backwards: bool) -> Q | None:
    comparison = "gt" if key.is_descending == backwards else "lt"
    if value is None:
        return condition(f"{key.column}__isnull", False) if backwards else None
    step = condition(f"{key.column}__{comparison}", value)
    if key.is_nullable and not backwards:
        step |= condition(f"{key.column}__isnull", True)
    return step


def condition(name: str, value: Any) -> Q:
    """One whose column has a name that is computed."""
    return Q(**{name: value})


def whole(bits: int) -> Callable[[str | int], int]:
    """A number that a column of so many bits can be compared with."""

    def parse(value: str | int) -> int:
        number = int(value)
        if number.bit_length() >= bits:
            raise ValueError("no such place")
        return number

    return parse


def moment(value: str | int) -> datetime:
    """A time with its zone."""
    parsed = datetime.fromisoformat(str(value))
    if parsed.tzinfo is None:
        raise ValueError("no zone")
    return parsed.astimezone(UTC)


def identity(value: str | int) -> UUID:
    return UUID(str(value))


def timed(tag: str, column: str, *, descending: bool = True, nullable: bool = False) -> Ordering:
    """By a time, then by id in the same direction."""
    return Ordering(tag, (Key(column, descending, nullable, moment), by_id(descending)))


def by_id(descending: bool) -> Key:
    return Key("id", descending, parse=identity)
