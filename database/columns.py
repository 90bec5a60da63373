"""Columns that many tables share."""

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
    """A UUIDv7: ids made later sort later, so that indexes grow at one end."""
    return uuid_utils.compat.uuid7()


def word(enum: type[Member], **options: Any) -> Member:
    """One value of a closed list. The description is given: a new value is then no migration."""
    column: Any = fields.CharEnumField(
        enum, max_length=ENUM_LENGTH, description=enum.__name__, **options
    )
    return column  # type: ignore[no-any-return]


def optional_word(enum: type[Member], **options: Any) -> Member | None:
    return word(enum, null=True, **options)


def instant(**options: Any) -> datetime:
    """A time, in UTC."""
    column: Any = fields.DatetimeField(**options)
    return column  # type: ignore[no-any-return]


def optional_instant(**options: Any) -> datetime | None:
    return instant(null=True, **options)


def json(**options: Any) -> Any:
    return fields.JSONField(encoder=to_json, decoder=orjson.loads, **options)


def to_json(value: Any) -> str:
    return orjson.dumps(value).decode()
