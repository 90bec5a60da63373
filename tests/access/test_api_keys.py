"""The secret of an API key is shown once, and a revoked key stays revoked."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from access.api_keys import create_key, revoke_key
from access.key_format import hash_key
from access.last_use import record_use
from access.scopes import Scope
from errors import Invalid, NotFound
from models.api_keys import ApiKey
from tests.factories.drafts import NOW

WAITS_FOR_A_LOCK = """SELECT count(*) > 0 FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'"""
pytestmark = pytest.mark.usefixtures("db")


async def test_only_the_hash_of_a_secret_is_kept() -> None:
    row, secret = await create_key("shop", [Scope.ORDERS_WRITE, Scope.ORDERS_READ])

    stored = await ApiKey.get()
    assert (stored.id, stored.name, stored.key_hash) == (row.id, "shop", hash_key(secret))
    assert stored.scopes == ["ORDERS_READ", "ORDERS_WRITE"]
    assert stored.hint == secret[-4:]
    assert secret not in str(await ApiKey.all().values())


async def test_a_key_needs_a_name_and_a_time_with_a_zone() -> None:
    with pytest.raises(Invalid) as nameless:
        await create_key("", [])
    with pytest.raises(Invalid) as zoneless:
        await create_key("shop", [], NOW.replace(tzinfo=None))

    assert (nameless.value.field, zoneless.value.field) == (("name",), ("expiresAt",))
    assert await ApiKey.all().count() == 0


@pytest.mark.parametrize("name", ["system", " Import", "anonymous"])
async def test_a_key_cannot_take_a_reserved_name(name: str) -> None:
    with pytest.raises(Invalid):
        await create_key(name, [Scope.ADMIN])

    assert await ApiKey.all().count() == 0


async def test_revoking_twice_changes_nothing_the_second_time() -> None:
    row, _ = await create_key("shop", [])

    first = await revoke_key(row.id)
    second = await revoke_key(row.id)

    assert first.revoked_at == second.revoked_at
    assert first.revoked_at is not None


async def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(NotFound):
        await revoke_key(UUID(int=1))


async def test_use_is_recorded_at_most_every_hour() -> None:
    row, _ = await create_key("shop", [])

    await record_use(row, NOW)
    await record_use(row, NOW + timedelta(minutes=59))
    assert (await ApiKey.get()).last_used_at == NOW
    await record_use(row, NOW + timedelta(minutes=61))
    assert (await ApiKey.get()).last_used_at == NOW + timedelta(minutes=61)


async def test_a_key_is_revoked_although_its_row_is_locked_for_a_moment(
    engine: str, db: str
) -> None:
    if engine != "postgres":
        pytest.skip("SQLite has one writer at a time.")
    row, _ = await create_key("shop", [])
    other = await asyncpg.connect(db)
    lock = other.transaction()
    await lock.start()
    await other.execute("SELECT 1 FROM api_key FOR UPDATE")

    revoking = asyncio.create_task(revoke_key(row.id))
    # The first attempt waits for the lock, and has given up.
    for is_waiting in (True, False):
        while await other.fetchval(WAITS_FOR_A_LOCK) is not is_waiting:  # noqa: ASYNC110 (another session has no events)
            await asyncio.sleep(0)
    await lock.rollback()
    await other.close()

    assert (await revoking).revoked_at is not None
