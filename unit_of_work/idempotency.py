"""Idempotency: a repeated key with the same content returns the first result again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from uuid import UUID

from database.rows import new_row
from errors import Conflict
from models.idempotency_keys import IdempotencyKey
from unit_of_work.unit_of_work import UnitOfWork

OTHER_CONTENT = "This key was used with other content: send the same content, or a new key."


async def stored_results(
    uow: UnitOfWork, contents: Mapping[str, Any]
) -> dict[str, UUID | Conflict]:
    """Return the stored result of each key that was used before, by key.

    The result of a key that was used with other content is a Conflict.
    """
    keys = {_key_digest(uow, key): key for key in contents}
    rows = await IdempotencyKey.filter(key__in=list(keys))
    return {
        keys[row.key]: row.subject_id
        if row.content == digest(contents[keys[row.key]])
        else Conflict(OTHER_CONTENT, ("idempotencyKey",))
        for row in rows
    }


async def stored_result(uow: UnitOfWork, key: str | None, content: Any, *path: str) -> UUID | None:
    """Return the stored result of the key, None if there is none.

    Raises Conflict, at the key inside `path`, if it was used with other content. Call this under
    the order's lock: another command with the same key has stored its result by then.
    """
    if key is None:
        return None
    result = (await stored_results(uow, {key: content})).get(key)
    if isinstance(result, Conflict):
        raise result.inside(*path)
    return result


def store_result(uow: UnitOfWork, key: str | None, content: Any, subject_id: UUID) -> None:
    """Store the id that the command returns, if the caller sent a key."""
    if key is not None:
        uow.rows.add(
            new_row(
                IdempotencyKey,
                key=_key_digest(uow, key),
                content=digest(content),
                subject_id=subject_id,
                created_at=uow.now,
            )
        )


def _key_digest(uow: UnitOfWork, key: str) -> str:
    """Return a digest that differs between the names of API keys: nobody sees another's keys, and
    a client that repeats a command with its next API key, of the same name, gets its answer."""
    return digest([*uow.viewer.owner, key])


def digest(content: Any) -> str:
    """Return the SHA-256 of the content as JSON, in hexadecimal.

    What an input leaves out, or sets to the default, does not count. Digests are stored, and an
    input that gets another optional field in a later version keeps its digest.
    """
    return hashlib.sha256(_JSON.encode(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if not is_dataclass(value) or isinstance(value, type):
        return str(value)
    given = ((field, getattr(value, field.name)) for field in fields(value))
    return {field.name: content for field, content in given if content != field.default}


_JSON = json.JSONEncoder(default=_plain, sort_keys=True)
