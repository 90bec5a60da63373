"""Things that are at hand: of a row that was read already, its own columns need no statement."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from tortoise.models import Model

from database.timestamps import rfc_3339
from engine.sql.post_processing import MissingValue, Path
from engine.sql.selection import Field
from engine.sql.field_sources import Column
from engine.sql.statement_builder import Catalogue

Value = Callable[[Model], Any]


class NotInMemory(Exception):
    """The row does not tell what must be there."""


class MemoryReader:
    """What a field asks of rows of one table, where that is nothing but columns."""

    def __init__(self, field: Field, catalogue: Catalogue) -> None:
        """Raises NotInMemory."""
        self._members = {
            catalogue[name].kind: [(one, _value(one, name, catalogue)) for one in fields]
            for name, fields in field.selections.items()
        }
        self._refused = {
            catalogue[name].kind: [one for one in fields if one.refusal is not None]
            for name, fields in field.selections.items()
        }

    def shown(self, row: Any, path: Path) -> tuple[bytes, Sequence[MissingValue]]:
        """As JSON, and what is missing in it. Raises NotInMemory."""
        kind = row.kind if len(self._members) > 1 else next(iter(self._members))
        members = {one.key: _demanded(one, value(row)) for one, value in self._members[kind]}
        missing = [MissingValue(one, (*path, one.key), one.refusal) for one in self._refused[kind]]
        return orjson.dumps(members), missing


def _value(field: Field, name: str, catalogue: Catalogue) -> Value:
    if field.refusal is not None:
        return lambda row: None
    if field.name == "__typename":
        return lambda row: name
    source = catalogue[name].sources[field.name]
    if not isinstance(source, Column) or field.selections:
        raise NotInMemory
    return _column(source.name)


def _column(name: str) -> Value:
    def value(row: Model) -> Any:
        held = getattr(row, name)
        return rfc_3339(held) if isinstance(held, datetime) else held

    return value


def _demanded(field: Field, value: Any) -> Any:
    if value is None and field.is_required:
        raise NotInMemory
    return value


def memory_reader(field: Field, catalogue: Catalogue) -> MemoryReader | None:
    """None if more has to be read."""
    try:
        return MemoryReader(field, catalogue)
    except NotInMemory:
        return None
