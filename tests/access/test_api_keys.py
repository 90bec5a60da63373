"""The secret of an API key is shown once, and a revoked key stays revoked."""

from datetime import timedelta
from uuid import UUID

import pytest

from access.api_keys import create_key, record_use, revoke_key
from access.key_format import hash_key
from access.scopes import Scope
from errors import Invalid, NotFound
from models.api_keys import ApiKey
from tests.factories.drafts import NOW

pytestmark = pytest.mark.usefixtures("db")


async def test_only_the_hash_of_a_secret_is_kept() -> None:
    row, secret = await create_key("shop", [Scope.ORDERS_WRITE, Scope.ORDERS_READ])

    stored = await ApiKey.get()
    assert (stored.id, stored.name, stored.key_hash) == (row.id, "shop", hash_key(secret))
    assert stored.scopes == ["ORDERS_READ", "ORDERS_WRITE"]
    assert secret.startswith(stored.hint)
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
