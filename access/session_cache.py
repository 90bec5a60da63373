"""A cache of staff sessions, so that a request needs no statement to authenticate."""

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from cachetools import TTLCache
from tortoise.exceptions import OperationalError, TransactionManagementError

from access.key_cache import MAX_AGE_SECONDS, KeyCache
from access.scopes import Scope
from access.sessions import hash_token
from access.viewer import Viewer
from database.outages import OUTAGES, TIMEOUTS
from errors import Unauthenticated
from models.sessions import StaffSession

logger = logging.getLogger("whereabouts.access")

CAPACITY = 1000
"""The sessions that one process uses at once."""
USE_RESOLUTION = timedelta(minutes=5)
"""While a session is in use, `last_used_at` is about this old at most."""
MESSAGE = "This session has ended. Sign in again."


@dataclass(frozen=True, slots=True)
class CachedSession:
    """A session as it was last read, and the viewer that it stands for."""

    row: StaffSession
    viewer: Viewer


class SessionCache:
    """Finds sessions by the tokens of their cookies. Each is read again every few seconds."""

    def __init__(self, keys: KeyCache) -> None:
        self._keys = keys
        self._entries: TTLCache[str, CachedSession] = TTLCache(CAPACITY, MAX_AGE_SECONDS)

    async def viewer(self, token: str) -> Viewer:
        """Return the viewer of the session.

        Raises Unauthenticated for one that is unknown, has ended, or whose API key has.
        """
        hash_ = hash_token(token)
        entry = self._entries.get(hash_)
        if entry is None:
            entry = self._entries[hash_] = await self._read(hash_)
            await _record_use(entry.row)
        if entry.viewer.has_expired():
            raise Unauthenticated(MESSAGE, reason="EXPIRED")
        return entry.viewer

    async def _read(self, hash_: str) -> CachedSession:
        row = await StaffSession.get_or_none(token_hash=hash_, ended_at=None)
        if row is None:
            raise Unauthenticated(MESSAGE, reason="NO_SESSION")
        return CachedSession(row, await self._viewer_of(row))

    async def _viewer_of(self, row: StaffSession) -> Viewer:
        """Return the viewer with the present rights of the session's key, or those of sign-in."""
        if row.key_hash is not None:
            viewer = await self._keys.viewer_of_hash(row.key_hash)
            ends = filter(None, (row.expires_at, viewer.expires_at))
            return replace(viewer, expires_at=min(ends))
        assert row.issuer is not None, "a session is of a key or of a person"
        assert row.subject is not None, "a person has a subject"
        return Viewer(
            row.name,
            frozenset(map(Scope, row.scopes)),
            row.owner_id,
            None if row.carriers is None else frozenset(row.carriers),
            expires_at=row.expires_at,
            subject=(row.issuer, row.subject),
        )


async def _record_use(row: StaffSession) -> None:
    """Update `last_used_at` if it is old. If that fails, the next use tries again."""
    now = datetime.now(UTC)
    if row.last_used_at is not None and now - row.last_used_at <= USE_RESOLUTION:
        return
    try:
        await StaffSession.filter(id=row.id).update(last_used_at=now)
        row.last_used_at = now
    except (OperationalError, TransactionManagementError, *OUTAGES, *TIMEOUTS) as error:
        logger.info("The last use of a session was not recorded: %s", type(error).__name__)
