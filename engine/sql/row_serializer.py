"""Serializes rows that are already loaded, where a selection needs nothing but their columns."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import orjson
from tortoise.models import Model

from database.timestamps import rfc_3339
from engine.sql.field_sources import Column
from engine.sql.post_processing import MissingValue, ResponsePath
from engine.sql.selection import Field
from engine.sql.statement_builder import Catalogue

ReadValue = Callable[[Model], Any]


class NeedsStatement(Exception):
    """The columns of the loaded row are not enough: a statement has to read the rest."""


class RowSerializer:
    """Makes the JSON of a field's selection from loaded rows of one table.

    Raises NeedsStatement if the selection has a field that is not a plain column.
    """

    def __init__(self, field: Field, catalogue: Catalogue) -> None:
        self._members = {
            catalogue[name].kind: [(member, _reader(member, name, catalogue)) for member in fields]
            for name, fields in field.selections.items()
        }
        self._refused = {
            catalogue[name].kind: [member for member in fields if member.refusal is not None]
            for name, fields in field.selections.items()
        }

    def serialize(self, row: Any, path: ResponsePath) -> tuple[bytes, Sequence[MissingValue]]:
        """Return the row's JSON and its missing values; `path` leads to the row.

        Raises NeedsStatement if a required value is null.
        """
        kind = row.kind if len(self._members) > 1 else next(iter(self._members))
        members = {member.key: _checked(member, read(row)) for member, read in self._members[kind]}
        missing = [
            MissingValue(member, (*path, member.key), member.refusal)
            for member in self._refused[kind]
        ]
        return orjson.dumps(members), missing


def _reader(field: Field, type_name: str, catalogue: Catalogue) -> ReadValue:
    if field.refusal is not None:
        return lambda row: None
    if field.name == "__typename":
        return lambda row: type_name
    source = catalogue[type_name].sources[field.name]
    if not isinstance(source, Column) or field.selections:
        raise NeedsStatement
    return _column_reader(source.name)


def _column_reader(column: str) -> ReadValue:
    def read(row: Model) -> Any:
        value = getattr(row, column)
        return rfc_3339(value) if isinstance(value, datetime) else value

    return read


def _checked(field: Field, value: Any) -> Any:
    if value is None and field.is_required:
        raise NeedsStatement
    return value


def serializer_of(field: Field, catalogue: Catalogue) -> RowSerializer | None:
    """Return the field's serializer; None if its selection needs more than columns."""
    try:
        return RowSerializer(field, catalogue)
    except NeedsStatement:
        return None
