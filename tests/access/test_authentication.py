"""API keys are looked up once in a while, and a remembered key still expires in time."""

from datetime import UTC, datetime, timedelta

import pytest

from access import key_cache
from access.api_keys import create_key
from access.authentication import Authenticator
from access.scopes import Scope
from access.viewer import ANONYMOUS
from errors import Unauthenticated
from models.api_keys import ApiKey

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records the keys that are looked up in the database."""
    keys: list[str] = []
    read = key_cache._read

    async def record(key: str) -> key_cache.CachedKey:
        keys.append(key)
        return await read(key)

    monkeypatch.setattr(key_cache, "_read", record)
    return keys


async def test_a_key_is_looked_up_once_for_a_while(looked_up: list[str]) -> None:
    row, key = await create_key("shop", [Scope.ORDERS_READ])
    callers = Authenticator()

    found_viewers = [
        await callers.viewer(header) for header in (f"Bearer {key}", f"bearer  {key} ")
    ]

    assert found_viewers[0] is found_viewers[1]
    assert (found_viewers[0].name, found_viewers[0].scopes, found_viewers[0].key_id) == (
        "shop",
        frozenset({Scope.ORDERS_READ}),
        row.id,
    )
    assert looked_up == [key]


async def test_a_key_is_looked_up_again_after_a_while(
    looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_cache, "MAX_AGE_SECONDS", 0.0)
    _, key = await create_key("shop", [])
    callers = Authenticator()

    for _ in range(2):
        await callers.viewer(f"Bearer {key}")

    assert looked_up == [key, key]


async def test_a_remembered_key_expires_in_time(looked_up: list[str]) -> None:
    _, key = await create_key("shop", [], datetime.now(UTC) + timedelta(hours=1))
    callers = Authenticator()
    await callers.viewer(f"Bearer {key}")

    callers._keys._entries[key].row.expires_at = datetime.now(UTC)

    with pytest.raises(Unauthenticated):
        await callers.viewer(f"Bearer {key}")
    assert looked_up == [key]


async def test_the_keys_looked_up_longest_ago_are_forgotten(
    looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_cache, "CAPACITY", 2)
    keys = [(await create_key(f"shop {number}", []))[1] for number in range(3)]
    callers = Authenticator()

    for key in (*keys, keys[2], keys[0]):
        await callers.viewer(f"Bearer {key}")

    assert looked_up == [*keys, keys[0]]


async def test_an_invalid_key_is_not_remembered(looked_up: list[str]) -> None:
    callers = Authenticator()

    for header in ("Bearer x", "Bearer wa_live_" + "0" * 48, "Basic x", "Bearer", ""):
        with pytest.raises(Unauthenticated):
            await callers.viewer(header)

    assert not callers._keys._entries
    assert await callers.viewer(None) is ANONYMOUS


async def test_the_use_of_a_key_is_stored_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row, key = await create_key("shop", [])
    callers = Authenticator()

    await callers.viewer(f"Bearer {key}")
    used_at = (await ApiKey.get(id=row.id)).last_used_at
    await callers.viewer(f"Bearer {key}")

    assert used_at is not None
    assert (await ApiKey.get(id=row.id)).last_used_at == used_at
