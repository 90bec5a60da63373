"""Definitions of columns that many tables share."""

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import orjson
import uuid_utils.compat
from tortoise import fields

Member = TypeVar("Member", bound=StrEnum)
ENUM_LENGTH = 32


def new_id() -> UUID:
    """Return a UUIDv7. Ids made later sort later, so that indexes grow at one end."""
    return uuid_utils.compat.uuid7()


def first_id_at(moment: datetime) -> UUID:
    """Return an id that sorts before all that `new_id` returns from this moment on."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def enum_column(enum: type[Member], **options: Any) -> Member:
    """A column that holds a member of the enum.

    The description is set here, because Tortoise's own lists the members: with it, every new member
    would need a migration.
    """
    column: Any = fields.CharEnumField(
        enum, max_length=ENUM_LENGTH, description=enum.__name__, **options
    )
    return column  # type: ignore[no-any-return]


def optional_enum_column(enum: type[Member], **options: Any) -> Member | None:
    return enum_column(enum, null=True, **options)


def time_column(**options: Any) -> datetime:
    """A column that holds a time in UTC."""
    column: Any = fields.DatetimeField(**options)
    return column  # type: ignore[no-any-return]


def optional_time_column(**options: Any) -> datetime | None:
    return time_column(null=True, **options)


def json_column(**options: Any) -> Any:
    return fields.JSONField(encoder=to_json, decoder=orjson.loads, **options)


def to_json(value: Any) -> str:
    return orjson.dumps(value).decode()
