"""A session lasts twelve hours, and no longer than the API key that opened it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from access.api_keys import create_key, revoke_key, rotate_key
from access.authentication import Authenticator
from access.credentials import Credentials
from access.last_use import USE_RESOLUTION
from access.scopes import Scope
from access.sessions import (
    KEPT,
    LIFE,
    MAXIMUM_OF_ONE_OWNER,
    end_session,
    end_session_of,
    hash_token,
    open_session,
)
from access.viewer import Viewer
from errors import NotFound, Unauthenticated
from models.api_keys import ApiKey
from models.sessions import StaffSession

pytestmark = pytest.mark.usefixtures("db")
CLERK = Viewer(
    "clerk@shop.example",
    frozenset({Scope.ORDERS_READ}),
    carriers=frozenset({"ups", "dhl"}),
    subject=("https://login.example", "1"),
)


async def viewer_of(token: str) -> Viewer:
    """The viewer that another process finds by the cookie's token."""
    return await Authenticator().viewer(Credentials(session=token))


async def has_ended(token: str) -> bool:
    try:
        await viewer_of(token)
    except Unauthenticated:
        return True
    return False


async def session_of_key(*scopes: Scope) -> tuple[ApiKey, str, str]:
    """A key's row, its secret, and the token of a session that was opened with it."""
    row, secret = await create_key("desk", scopes)
    viewer = await Authenticator().viewer(f"Bearer {secret}")
    _, token = await open_session(viewer, secret)
    return row, secret, token


async def test_only_the_hash_of_the_token_is_stored():
    before = datetime.now(UTC)
    row, token = await open_session(CLERK)

    (stored,) = await StaffSession.all().values()
    assert stored["token_hash"] == hash_token(token)
    assert token not in str(stored)
    assert before + LIFE <= row.expires_at <= datetime.now(UTC) + LIFE


async def test_a_person_keeps_the_rights_of_the_sign_in():
    row, token = await open_session(CLERK)

    viewer = await viewer_of(token)

    assert (viewer.name, viewer.subject, viewer.carriers) == (
        CLERK.name,
        CLERK.subject,
        CLERK.carriers,
    )
    assert viewer.scopes == {Scope.ORDERS_READ}
    assert (viewer.key_id, viewer.expires_at) == (row.owner_id, row.expires_at)
    assert viewer.owner == ("https://login.example", "1")


async def test_a_session_of_a_key_has_the_present_rights_of_the_key():
    key, _, token = await session_of_key(Scope.ORDERS_READ)
    await ApiKey.filter(id=key.id).update(scopes=["ORDERS_WRITE"])

    viewer = await viewer_of(token)

    assert (viewer.name, viewer.key_id, viewer.subject) == ("desk", key.id, None)
    assert viewer.scopes == {Scope.ORDERS_WRITE}


async def test_a_session_ends_with_its_key():
    key, _, token = await session_of_key(Scope.ADMIN)
    assert not await has_ended(token)

    await revoke_key(key.id)

    assert await has_ended(token)


async def test_a_session_ends_with_the_secret_that_opened_it():
    key, _, token = await session_of_key(Scope.ADMIN)

    await rotate_key(key.id, 24.0)
    assert not await has_ended(token)
    await ApiKey.all().update(previous_until=datetime.now(UTC))
    assert await has_ended(token)


async def test_a_session_says_that_it_ends_when_its_key_does():
    expires_at = datetime.now(UTC) + timedelta(hours=1)
    _, secret = await create_key("desk", [Scope.ADMIN], expires_at)
    _, token = await open_session(await Authenticator().viewer(f"Bearer {secret}"), secret)

    assert (await viewer_of(token)).expires_at == expires_at


async def test_a_session_ends_after_its_time_also_where_it_is_cached():
    _, token = await open_session(CLERK)
    authenticator = Authenticator()
    await authenticator.viewer(Credentials(session=token))
    entries = authenticator._sessions._entries
    ((key, entry),) = entries.items()

    entries[key] = replace(entry, viewer=replace(entry.viewer, expires_at=datetime.now(UTC)))

    with pytest.raises(Unauthenticated):
        await authenticator.viewer(Credentials(session=token))


async def test_a_session_is_ended_once():
    row, token = await open_session(CLERK)

    first = await end_session(row.id)
    second = await end_session(row.id)

    assert first.ended_at == second.ended_at is not None
    assert await has_ended(token)
    await end_session_of(token)
    await end_session_of("unknown")


async def test_nobody_ends_a_session_of_another_owner():
    ours, _ = await open_session(CLERK)
    key, _, _ = await session_of_key(Scope.ORDERS_READ)

    with pytest.raises(NotFound):
        await end_session(ours.id, by=key.id)
    assert (await end_session(ours.id, by=ours.owner_id)).ended_at is not None


async def test_whoever_signs_in_too_often_loses_the_oldest_session():
    tokens = [(await open_session(CLERK))[1] for _ in range(MAXIMUM_OF_ONE_OWNER + 1)]

    assert [await has_ended(token) for token in tokens] == [True] + [False] * MAXIMUM_OF_ONE_OWNER


async def test_rows_of_ended_sessions_go_after_a_while():
    long_ago = datetime.now(UTC) - KEPT - timedelta(minutes=1)
    values: list[dict[str, Any]] = [{"expires_at": long_ago}, {"ended_at": long_ago}, {}]
    for each in values:
        row, _ = await open_session(CLERK)
        if each:
            await StaffSession.filter(id=row.id).update(**each)

    newest, _ = await open_session(CLERK)

    assert set(await StaffSession.all().values_list("id", flat=True)) == {row.id, newest.id}


async def test_the_use_of_a_session_is_recorded_seldom():
    row, token = await open_session(CLERK)
    opened_at = row.last_used_at
    await viewer_of(token)
    assert (await StaffSession.get()).last_used_at == opened_at

    assert opened_at is not None
    long_ago = opened_at - USE_RESOLUTION[StaffSession] - timedelta(seconds=1)
    await StaffSession.all().update(last_used_at=long_ago)
    await viewer_of(token)

    assert ((await StaffSession.get()).last_used_at or long_ago) > long_ago
