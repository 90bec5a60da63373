"""API keys are cached for a while, and a cached key still expires in time."""

from dataclasses import replace
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
def read_keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records the keys that are read from the database."""
    keys: list[str] = []
    read = key_cache._read

    async def record(key: str) -> key_cache.CachedKey:
        keys.append(key)
        return await read(key)

    monkeypatch.setattr(key_cache, "_read", record)
    return keys


async def test_a_key_is_read_once_for_a_while(read_keys: list[str]) -> None:
    row, key = await create_key("shop", [Scope.ORDERS_READ])
    authenticator = Authenticator()

    found_viewers = [
        await authenticator.viewer(header) for header in (f"Bearer {key}", f"bearer  {key} ")
    ]

    assert found_viewers[0] is found_viewers[1]
    assert (found_viewers[0].name, found_viewers[0].scopes, found_viewers[0].key_id) == (
        "shop",
        frozenset({Scope.ORDERS_READ}),
        row.id,
    )
    assert read_keys == [key]


async def test_a_key_is_read_again_after_a_while(
    read_keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_cache, "MAX_AGE_SECONDS", 0.0)
    _, key = await create_key("shop", [])
    authenticator = Authenticator()

    for _ in range(2):
        await authenticator.viewer(f"Bearer {key}")

    assert read_keys == [key, key]


async def test_a_cached_key_expires_in_time(read_keys: list[str]) -> None:
    _, key = await create_key("shop", [], datetime.now(UTC) + timedelta(hours=1))
    authenticator = Authenticator()
    await authenticator.viewer(f"Bearer {key}")

    entries = authenticator._keys._entries
    entry = entries[key]
    entries[key] = replace(entry, viewer=replace(entry.viewer, expires_at=datetime.now(UTC)))

    with pytest.raises(Unauthenticated):
        await authenticator.viewer(f"Bearer {key}")
    assert read_keys == [key]


async def test_the_keys_used_longest_ago_are_evicted(
    read_keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_cache, "CAPACITY", 2)
    keys = [(await create_key(f"shop {number}", []))[1] for number in range(3)]
    authenticator = Authenticator()

    for key in (*keys, keys[2], keys[0]):
        await authenticator.viewer(f"Bearer {key}")

    assert read_keys == [*keys, keys[0]]


async def test_an_invalid_key_is_not_cached(read_keys: list[str]) -> None:
    authenticator = Authenticator()

    for header in ("Bearer x", "Bearer wa_live_" + "0" * 48, "Basic x", "Bearer", ""):
        with pytest.raises(Unauthenticated):
            await authenticator.viewer(header)

    assert not authenticator._keys._entries
    assert await authenticator.viewer(None) is ANONYMOUS


async def test_the_use_of_a_key_is_recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row, key = await create_key("shop", [])
    authenticator = Authenticator()

    await authenticator.viewer(f"Bearer {key}")
    used_at = (await ApiKey.get(id=row.id)).last_used_at
    await authenticator.viewer(f"Bearer {key}")

    assert used_at is not None
    assert (await ApiKey.get(id=row.id)).last_used_at == used_at
