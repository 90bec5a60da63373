"""API keys: made, revoked, and marked as used."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.exceptions import OperationalError

from access.scopes import ANONYMOUS, SYSTEM, Scope, key_hash, key_hint, new_key
from database.connections import transaction
from database.outages import OUTAGES, TIMEOUTS
from database.retries import with_retries
from database.rows import insert
from errors import Invalid, NotFound
from models import values
from models.api_keys import KEY_NAME_LENGTH, ApiKey

logger = logging.getLogger("whereabouts.tracking")

USE_IS_NOTED_EVERY = timedelta(hours=1)
"""Coarse enough that calling costs no write."""
RESERVED_NAMES = frozenset({ANONYMOUS.name, SYSTEM.name, "import"})
"""Actors that are no keys."""


async def create_key(
    name: str, scopes: Iterable[Scope], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """The key's row, and the secret: it is shown this once, and only its hash is kept."""
    secret = new_key()
    row = ApiKey(
        name=_checked_name(name),
        hint=key_hint(secret),
        key_hash=key_hash(secret),
        scopes=sorted(scopes),
        created_at=datetime.now(UTC),
        expires_at=values.optional_utc(expires_at, "expiresAt"),
    )
    await with_retries(lambda: _insert(row))
    return row, secret


def _checked_name(name: str) -> str:
    if name.strip().lower() in RESERVED_NAMES:
        raise Invalid("The log calls somebody else by this name; choose another.", ("name",))
    return values.text(name, KEY_NAME_LENGTH, "name")


async def _insert(row: ApiKey) -> None:
    async with transaction():
        await insert([row])


async def revoke_key(key_id: UUID) -> ApiKey:
    """Raises NotFound. Revoking twice changes nothing."""
    return await with_retries(lambda: _revoke(key_id))


async def _revoke(key_id: UUID) -> ApiKey:
    async with transaction():
        rows = await ApiKey.filter(id=key_id).select_for_update()
        if not rows:
            raise NotFound("No API key has this id.", ("id",))
        if rows[0].revoked_at is None:
            rows[0].revoked_at = datetime.now(UTC)
            await rows[0].save(update_fields=["revoked_at"])
    return rows[0]


async def note_use(row: ApiKey, now: datetime) -> None:
    """A note that cannot be written now is left for the next use, and fails nobody."""
    if row.last_used_at is None or now - row.last_used_at > USE_IS_NOTED_EVERY:
        try:
            await ApiKey.filter(id=row.id).update(last_used_at=now)
            row.last_used_at = now
        except (OperationalError, *OUTAGES, *TIMEOUTS) as error:
            logger.info("The use of a key was not noted: %s", type(error).__name__)
