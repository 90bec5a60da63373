"""Commands on API keys: create, rotate and revoke a key."""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q

from access.carrier_bounds import checked_carriers
from access.key_format import generate_key, hash_key, key_hint
from access.names import checked_name
from access.scopes import Scope
from access.security_events import SecurityEvent, record
from database.connections import transaction
from database.retries import with_retries
from database.rows import insert
from errors import Conflict, IllegalTransition, Invalid, LimitExceeded, NotFound
from models import values
from models.api_keys import ApiKey

MAXIMUM_KEYS_IN_USE = 500
"""Keys that are neither revoked nor expired: more than a shop has programs and people, and few
enough to list them all at once."""
MAXIMUM_KEPT_HOURS = 720
"""The longest time for which the previous secret of a rotated key may work: a month."""


async def create_key(
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None = None,
    carriers: Collection[str] | None = None,
) -> tuple[ApiKey, str]:
    """Return the key's row and the key itself, of which the database holds only a hash.

    `carriers` bounds the key to their shipments. Raises Invalid for a name that is empty, too long
    or reserved, for a time that has passed or has no zone and for carriers that cannot bound the
    key, and LimitExceeded if MAXIMUM_KEYS_IN_USE exist.
    """
    key, granted = generate_key(), frozenset(scopes)
    now = datetime.now(UTC)
    row = ApiKey(
        name=checked_name(name),
        hint=key_hint(key),
        key_hash=hash_key(key),
        scopes=sorted(granted),
        carriers=checked_carriers(carriers, granted),
        created_at=now,
        expires_at=values.optional_utc(expires_at, "expiresAt"),
    )
    if row.expires_at is not None and row.expires_at <= now:
        raise Invalid("This lies in the past, so the key would never work.", ("expiresAt",))
    await with_retries(lambda: _insert(row))
    record(SecurityEvent.KEY_CREATED, key_id=row.id)
    return row, key


async def _insert(row: ApiKey) -> None:
    async with transaction():
        in_use = Q(expires_at=None) | Q(expires_at__gt=row.created_at)
        if await ApiKey.filter(in_use, revoked_at=None).count() >= MAXIMUM_KEYS_IN_USE:
            raise LimitExceeded(
                f"{MAXIMUM_KEYS_IN_USE} API keys are in use, which is the most that there can be."
                " Revoke one that nobody needs."
            )
        await insert([row])


async def rotate_key(key_id: UUID, kept_hours: float) -> tuple[ApiKey, str]:
    """Give the key another secret, and return its row and the secret. Its id and name stay.

    The previous secret works for `kept_hours` more, and one from before that no longer. Raises
    Invalid unless that is between zero and MAXIMUM_KEPT_HOURS, NotFound, and IllegalTransition if
    the key is revoked or has expired.
    """
    if not 0 <= kept_hours <= MAXIMUM_KEPT_HOURS:
        raise Invalid(f"Give between 0 and {MAXIMUM_KEPT_HOURS} hours.", ("keepPrevious",))
    key = generate_key()

    def rotate(row: ApiKey) -> None:
        now = datetime.now(UTC)
        is_expired = row.expires_at is not None and row.expires_at <= now
        if row.revoked_at is not None or is_expired:
            state = "has expired" if row.revoked_at is None else "is revoked"
            raise IllegalTransition(f"This API key {state}. Create another one.", ("id",))
        row.previous_hash, row.previous_until = row.key_hash, now + timedelta(hours=kept_hours)
        row.key_hash, row.hint = hash_key(key), key_hint(key)

    row = await with_retries(lambda: _change(key_id, rotate))
    record(SecurityEvent.KEY_ROTATED, key_id=row.id)
    return row, key


async def find_key(id_or_name: str) -> UUID:
    """Return the id of the key with this id, or with this name if only one key has it.

    A key in use comes before revoked ones of the same name. Raises NotFound and Conflict.
    """
    with suppress(ValueError):
        return UUID(id_or_name)
    rows = await ApiKey.filter(name=id_or_name).order_by("created_at", "id")
    named = [row for row in rows if row.revoked_at is None] or rows
    if not named:
        raise NotFound("No API key has this id or name.", ("key",))
    if len(named) > 1:
        ids = ", ".join(str(row.id) for row in named)
        raise Conflict(
            f"{len(named)} API keys have this name: give one of their ids, {ids}.", ("key",)
        )
    return named[0].id


async def revoke_key(key_id: UUID) -> ApiKey:
    """Revoke a key; a key that is revoked already stays as it is. Raises NotFound."""

    def revoke(row: ApiKey) -> None:
        if row.revoked_at is None:
            row.revoked_at = datetime.now(UTC)

    row = await with_retries(lambda: _change(key_id, revoke))
    record(SecurityEvent.KEY_REVOKED, key_id=row.id)
    return row


async def _change(key_id: UUID, change: Callable[[ApiKey], None]) -> ApiKey:
    async with transaction():
        rows = await ApiKey.filter(id=key_id).select_for_update()
        if not rows:
            raise NotFound("No API key has this id.", ("id",))
        change(rows[0])
        await rows[0].save()
    return rows[0]
