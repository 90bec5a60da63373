"""Columns of the tables as migrations make them, one function for each kind."""

from enum import StrEnum
from typing import Any

from orjson import loads
from tortoise import fields
from tortoise.fields.base import OnDelete

from database.columns import new_id, to_json

ENUM_LENGTH = 32


def identity() -> Any:
    """The primary key of most tables."""
    return fields.UUIDField(primary_key=True, default=new_id)


def reference(*, is_key: bool = False, is_indexed: bool = False) -> Any:
    """The id of a row elsewhere, which no constraint demands."""
    return fields.UUIDField(primary_key=is_key, db_index=is_indexed)


def optional_reference(*, is_indexed: bool = False) -> Any:
    return fields.UUIDField(null=True, db_index=is_indexed)


def belongs_to(
    model: str,
    related_name: str,
    *,
    is_optional: bool = False,
    is_indexed: bool = False,
    on_delete: OnDelete = OnDelete.CASCADE,
) -> Any:
    """A foreign key, named after the model's relation; its column ends in `_id`."""
    options: dict[str, Any] = {"null": is_optional, "db_index": is_indexed}
    return fields.ForeignKeyField(f"models.{model}", related_name, on_delete, **options)


def is_part_of(model: str, related_name: str) -> Any:
    """A foreign key that is the primary key too: one row for each of the other table."""
    return fields.OneToOneField(f"models.{model}", related_name=related_name, primary_key=True)


def text(length: int, *, is_key: bool = False, is_unique: bool = False) -> Any:
    if is_key:
        return fields.CharField(length, primary_key=True)
    return fields.CharField(length, unique=is_unique)


def optional_text(length: int, *, is_unique: bool = False) -> Any:
    return fields.CharField(length, null=True, unique=is_unique)


def long_text() -> Any:
    return fields.TextField()


def optional_long_text() -> Any:
    return fields.TextField(null=True)


def enum_text(enum: type[StrEnum]) -> Any:
    """One value of an enum. The column is a text, so that a new value needs no migration."""
    return fields.CharEnumField(enum, description=enum.__name__, max_length=ENUM_LENGTH)


def optional_enum_text(enum: type[StrEnum]) -> Any:
    return fields.CharEnumField(enum, description=enum.__name__, max_length=ENUM_LENGTH, null=True)


def moment() -> Any:
    """A time with its zone, which is UTC."""
    return fields.DatetimeField()


def optional_moment() -> Any:
    return fields.DatetimeField(null=True)


def json() -> Any:
    return fields.JSONField(encoder=to_json, decoder=loads)


def optional_json() -> Any:
    return fields.JSONField(encoder=to_json, decoder=loads, null=True)


def sums(*names: str) -> dict[str, Any]:
    """Whole numbers of 64 bits."""
    return {name: fields.BigIntField() for name in names}
