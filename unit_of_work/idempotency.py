"""Repeats: the same idempotency key with the same content gives the first answer again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any
from uuid import UUID

from database.rows import new_row
from errors import Conflict
from models.idempotency_keys import IdempotencyKey
from unit_of_work.unit_of_work import UnitOfWork

OTHER_CONTENT = "This key was used for something else: send the same content, or a new key."


async def earlier_answers(act: UnitOfWork, asked: Mapping[str, Any]) -> dict[str, UUID | Conflict]:
    """For each key that was used before: what came of it, or a Conflict if the content differs."""
    digests = {_key_digest(act, key): key for key in asked}
    rows = await IdempotencyKey.filter(key__in=list(digests))
    return {
        digests[row.key]: row.subject_id
        if row.content == digest(asked[digests[row.key]])
        else Conflict(OTHER_CONTENT, ("idempotencyKey",))
        for row in rows
    }


async def earlier_answer(act: UnitOfWork, key: str | None, content: Any, *path: str) -> UUID | None:
    """Raises Conflict, of the key inside `path`, if it was used with other content.

    Call it under the order's lock: a twin that was there first has left its key by then.
    """
    if key is None:
        return None
    answer = (await earlier_answers(act, {key: content})).get(key)
    if isinstance(answer, Conflict):
        raise answer.inside(*path)
    return answer


def remember(act: UnitOfWork, key: str | None, content: Any, subject_id: UUID) -> None:
    if key is not None:
        act.rows.add(
            new_row(
                IdempotencyKey,
                key=_key_digest(act, key),
                content=digest(content),
                subject_id=subject_id,
                created_at=act.now,
            )
        )


def _key_digest(act: UnitOfWork, key: str) -> str:
    return digest([act.viewer.identity, key])


def digest(content: Any) -> str:
    """SHA-256 of the content as JSON, in hexadecimal."""
    return hashlib.sha256(_AS_JSON.encode(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return vars(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


_AS_JSON = json.JSONEncoder(default=_plain, sort_keys=True)
