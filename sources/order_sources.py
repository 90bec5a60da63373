"""Order sources: creating, finding and revoking them, and the secrets of their shops."""

import re
import secrets as random
from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr

from access.names import checked_name
from access.secrets import SecretBox
from database.clock import database_now, measure_clock
from database.connections import transaction
from database.retries import with_retries
from errors import Conflict, Invalid, LimitExceeded, NotFound
from models.enums.sources import SourceKind
from models.sources import OrderSource

PATH = "/sources"
KEY_BYTES = 16
"""Random bytes in the address of a source: nobody guesses it."""
SECRET_BYTES = 32
"""Random bytes of a secret that is made here."""
MAXIMUM_SOURCES = 50
"""Sources that are not revoked: more shops than one service follows."""
LONGEST_SECRET = 1000
"""Characters of a secret; those of shops have fewer than a hundred."""
ROTATION_HOURS = 48
"""The hours for which the secret before a rotation holds: shops try deliveries again for some, and
somebody has to enter the new one."""
ROTATION = timedelta(hours=ROTATION_HOURS)
_ADDRESS_KEY = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", re.ASCII)


def new_secret() -> SecretStr:
    """Return a secret for a shop that lets its owner choose one."""
    return SecretStr(random.token_hex(SECRET_BYTES))


async def create_source(
    box: SecretBox, name: str, kind: SourceKind, secret: SecretStr
) -> OrderSource:
    """Create a source. Raises DomainError, also if there are no keys to encrypt the secret."""
    source = OrderSource(
        name=checked_name(name.strip()),
        kind=kind,
        address_key=random.token_hex(KEY_BYTES),
        secret=box.seal(_checked_secret(secret)),
    )

    async def attempt() -> OrderSource:
        await measure_clock()
        source.created_at = database_now()
        async with transaction():
            if await OrderSource.filter(name=source.name).exists():
                raise Conflict("A source has this name already; choose another.", ("name",))
            if await OrderSource.filter(revoked_at=None).count() >= MAXIMUM_SOURCES:
                raise LimitExceeded(f"There are {MAXIMUM_SOURCES} sources; revoke one first.")
            await source.save(force_create=True)
        return source

    return await with_retries(attempt)


def _checked_secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().strip()
    if not text or len(text) > LONGEST_SECRET or not text.isprintable():
        raise Invalid("Give the secret with which the shop signs, in one line.", ("secret",))
    return SecretStr(text)


async def rotate_secret(box: SecretBox, name: str, secret: SecretStr) -> OrderSource:
    """Give a source a new secret; the one before it holds for ROTATION. Raises DomainError."""
    sealed = box.seal(_checked_secret(secret))

    async def attempt() -> OrderSource:
        await measure_clock()
        async with transaction():
            source = await _lock_source(name)
            source.previous_secret, source.secret = source.secret, sealed
            source.previous_until = database_now() + ROTATION
            await source.save(update_fields=["secret", "previous_secret", "previous_until"])
        return source

    return await with_retries(attempt)


async def revoke_source(name: str) -> OrderSource:
    """Revoke a source: its address is not known any more. What it has sent is still read.

    A source that is revoked already stays as it is. Raises NotFound.
    """

    async def attempt() -> OrderSource:
        await measure_clock()
        async with transaction():
            source = await _lock_source(name)
            if source.revoked_at is None:
                source.revoked_at = database_now()
                await source.save(update_fields=["revoked_at"])
        return source

    return await with_retries(attempt)


async def _lock_source(name: str) -> OrderSource:
    rows = await OrderSource.filter(name=name.strip()).select_for_update()
    if not rows:
        raise _unknown(name)
    return rows[0]


def _unknown(name: str) -> NotFound:
    return NotFound(f"No source is named {name!r}: see `whereabouts sources list`.", ("name",))


async def source_named(name: str) -> OrderSource:
    """Return the source. Raises NotFound."""
    source = await OrderSource.get_or_none(name=name.strip())
    if source is None:
        raise _unknown(name)
    return source


async def list_sources() -> Sequence[OrderSource]:
    """Return all sources, the oldest first."""
    return await OrderSource.all().order_by("created_at", "id")


async def source_at(address_key: str) -> OrderSource | None:
    """Return the source with this key in its address, None if there is none or it is revoked."""
    if not _ADDRESS_KEY.fullmatch(address_key):
        return None
    return await OrderSource.get_or_none(address_key=address_key, revoked_at=None)


def secrets_of(box: SecretBox, source: OrderSource) -> list[SecretStr]:
    """Return the secrets that hold now. Raises SecretsUnavailable."""
    secrets = [box.unseal(source.secret)]
    if (
        source.previous_secret is not None
        and source.previous_until is not None
        and database_now() < source.previous_until
    ):
        secrets.append(box.unseal(source.previous_secret))
    return secrets
