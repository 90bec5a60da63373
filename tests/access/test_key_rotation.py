"""A rotated key has a new secret, and its previous one works only as long as was said."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from access import api_keys
from access.api_keys import create_key, revoke_key, rotate_key
from access.authentication import Authenticator
from access.key_format import hash_key
from access.scopes import Scope
from errors import IllegalTransition, Invalid, LimitExceeded, NotFound, Unauthenticated
from models.api_keys import ApiKey

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)


async def id_of(secret: str) -> UUID | None:
    """The id of the key that a new process finds by this secret."""
    return (await Authenticator().viewer(f"Bearer {secret}")).key_id


async def test_both_secrets_of_a_rotated_key_stand_for_the_same_viewer() -> None:
    row, first = await create_key("shop", [Scope.ORDERS_READ])

    rotated, second = await rotate_key(row.id, 24.0)

    assert (rotated.id, rotated.name, rotated.scopes) == (row.id, "shop", ["ORDERS_READ"])
    assert rotated.key_hash == hash_key(second)
    assert (rotated.hint, second[-4:]) == (second[-4:], rotated.hint)
    assert [await id_of(first), await id_of(second)] == [row.id, row.id]


async def test_the_previous_secret_ends_when_its_time_is_over() -> None:
    row, first = await create_key("shop", [Scope.ORDERS_READ])
    _, second = await rotate_key(row.id, 24.0)

    await ApiKey.all().update(previous_until=datetime.now(UTC) - timedelta(seconds=1))

    assert await id_of(second) == row.id
    with pytest.raises(Unauthenticated):
        await id_of(first)


async def test_a_secret_that_is_in_use_ends_with_its_time() -> None:
    row, first = await create_key("shop", [Scope.ORDERS_READ])
    await rotate_key(row.id, 0.0)

    with pytest.raises(Unauthenticated):
        await id_of(first)


async def test_only_the_last_of_the_previous_secrets_works() -> None:
    row, first = await create_key("shop", [])
    _, second = await rotate_key(row.id, 24.0)
    _, third = await rotate_key(row.id, 24.0)

    assert [await id_of(second), await id_of(third)] == [row.id, row.id]
    with pytest.raises(Unauthenticated):
        await id_of(first)


async def test_revoking_a_key_ends_both_secrets() -> None:
    row, first = await create_key("shop", [])
    _, second = await rotate_key(row.id, 24.0)

    await revoke_key(row.id)

    for secret in (first, second):
        with pytest.raises(Unauthenticated):
            await id_of(secret)


async def test_a_key_that_does_not_work_cannot_be_rotated() -> None:
    revoked, _ = await create_key("revoked", [])
    await revoke_key(revoked.id)
    expired, _ = await create_key("expired", [], datetime.now(UTC) + DAY)
    await ApiKey.filter(id=expired.id).update(expires_at=datetime.now(UTC) - DAY)

    with pytest.raises(IllegalTransition, match="is revoked"):
        await rotate_key(revoked.id, 24.0)
    with pytest.raises(IllegalTransition, match="has expired"):
        await rotate_key(expired.id, 24.0)
    with pytest.raises(NotFound):
        await rotate_key(UUID(int=1), 24.0)


@pytest.mark.parametrize("hours", [-1.0, 720.5, float("inf")])
async def test_a_previous_secret_is_kept_for_a_month_at_most(hours: float) -> None:
    row, _ = await create_key("shop", [])

    with pytest.raises(Invalid, match="between 0 and 720 hours"):
        await rotate_key(row.id, hours)
    assert (await ApiKey.get()).previous_hash is None


async def test_keys_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_keys, "MAXIMUM_KEYS_IN_USE", 2)
    first, _ = await create_key("one", [])
    await create_key("two", [])

    with pytest.raises(LimitExceeded):
        await create_key("three", [])
    await revoke_key(first.id)
    await create_key("three", [])

    assert await ApiKey.all().count() == 3
