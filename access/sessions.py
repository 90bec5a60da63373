"""Commands on staff sessions: open one, and end it."""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from access.claims import identity_id
from access.key_format import hash_key
from access.security_events import SecurityEvent, record
from access.viewer import Viewer
from database.connections import transaction
from database.retries import with_retries
from database.rows import insert
from errors import NotFound
from models.sessions import StaffSession

LIFE = timedelta(hours=12)
"""How long a session lasts: a working day, after which its person signs in again."""
MAXIMUM_OF_ONE_OWNER = 20
"""Sessions of one person or key. Whoever opens another one loses the oldest: a person has a few
devices, and a program that signs in again and again must not fill the table."""
KEPT = timedelta(days=1)
"""How long the row of a session stays after its end."""
TOKEN_BYTES = 32
"""256 random bits cannot be guessed, nor found from their hash."""


async def open_session(viewer: Viewer, key_secret: str | None = None) -> tuple[StaffSession, str]:
    """Return the new session of the viewer, and the token of its cookie, shown this once.

    `key_secret` is the secret of the viewer's API key; without one, the viewer is a person whom an
    identity provider knows.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = datetime.now(UTC)
    issuer, subject = viewer.subject or (None, None)
    row = StaffSession(
        token_hash=hash_token(token),
        name=viewer.name,
        owner_id=_owner_of(viewer),
        key_hash=None if key_secret is None else hash_key(key_secret),
        issuer=issuer,
        subject=subject,
        scopes=sorted(viewer.scopes),
        carriers=None if viewer.carriers is None else sorted(viewer.carriers),
        created_at=now,
        last_used_at=now,
        expires_at=now + LIFE,
    )
    await with_retries(lambda: _insert(row))
    record(SecurityEvent.SIGNED_IN, object_id=row.id, key_id=row.owner_id)
    return row, token


async def end_session(session_id: UUID, by: UUID | None = None) -> StaffSession:
    """End a session; one that has ended already stays as it is.

    With `by`, it must belong to this key or person. Raises NotFound.
    """
    row = await with_retries(lambda: _end(session_id, by))
    record(SecurityEvent.SESSION_ENDED, object_id=row.id, key_id=row.owner_id)
    return row


async def end_session_of(token: str) -> None:
    """End the session of a cookie, if there is one."""
    row = await StaffSession.get_or_none(token_hash=hash_token(token), ended_at=None)
    if row is not None:
        await end_session(row.id)


def hash_token(token: str) -> str:
    """Return the token's SHA-256 in hexadecimal, by which its row is found."""
    return sha256(token.encode()).hexdigest()


def _owner_of(viewer: Viewer) -> UUID:
    if viewer.key_id is not None:
        return viewer.key_id
    assert viewer.subject is not None, "only keys and persons have sessions"
    return identity_id(*viewer.subject)


async def _insert(row: StaffSession) -> None:
    async with transaction():
        await StaffSession.filter(expires_at__lt=row.created_at - KEPT).delete()
        await StaffSession.filter(ended_at__lt=row.created_at - KEPT).delete()
        running = await StaffSession.filter(owner_id=row.owner_id, ended_at=None).order_by(
            "-created_at", "-id"
        )
        for oldest in running[MAXIMUM_OF_ONE_OWNER - 1 :]:
            oldest.ended_at = row.created_at
            await oldest.save(update_fields=["ended_at"])
        await insert([row])


async def _end(session_id: UUID, by: UUID | None) -> StaffSession:
    async with transaction():
        rows = await StaffSession.filter(id=session_id).select_for_update()
        if not rows or by not in (None, rows[0].owner_id):
            raise NotFound("No session has this id.", ("id",))
        if rows[0].ended_at is None:
            rows[0].ended_at = datetime.now(UTC)
            await rows[0].save(update_fields=["ended_at"])
    return rows[0]
