"""Commands on API keys: create a key, revoke it, record that it was used."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.exceptions import OperationalError, TransactionManagementError

from access.key_format import generate_key, hash_key, key_hint
from access.names import checked_name
from access.scopes import Scope
from database.connections import transaction
from database.outages import OUTAGES, TIMEOUTS
from database.retries import with_retries
from database.rows import insert
from errors import NotFound
from models import values
from models.api_keys import ApiKey

logger = logging.getLogger("whereabouts.access")

USE_RESOLUTION = timedelta(hours=1)
"""While a key is in use, `last_used_at` is about this old at most: few requests cost a write."""


async def create_key(
    name: str, scopes: Iterable[Scope], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Return the key's row and the key itself, of which the database holds only a hash.

    Raises Invalid for a name that is empty, too long or reserved, and for a time without a zone.
    """
    key = generate_key()
    row = ApiKey(
        name=checked_name(name),
        hint=key_hint(key),
        key_hash=hash_key(key),
        scopes=sorted(scopes),
        created_at=datetime.now(UTC),
        expires_at=values.optional_utc(expires_at, "expiresAt"),
    )
    await with_retries(lambda: _insert(row))
    return row, key


async def _insert(row: ApiKey) -> None:
    async with transaction():
        await insert([row])


async def revoke_key(key_id: UUID) -> ApiKey:
    """Revoke a key; a key that is revoked already stays as it is. Raises NotFound."""
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


async def record_use(row: ApiKey, now: datetime) -> None:
    """Update `last_used_at` if it is old. If that fails, the next use tries again."""
    if row.last_used_at is None or now - row.last_used_at > USE_RESOLUTION:
        try:
            await ApiKey.filter(id=row.id).update(last_used_at=now)
            row.last_used_at = now
        except (OperationalError, TransactionManagementError, *OUTAGES, *TIMEOUTS) as error:
            logger.info("The last use of an API key was not recorded: %s", type(error).__name__)
