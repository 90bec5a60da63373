"""A cache of staff sessions, so that a request needs no statement to authenticate."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cachetools import TTLCache

from access.carrier_bounds import stored_bounds
from access.key_cache import MAX_AGE_SECONDS, KeyCache
from access.last_use import record_use
from access.scopes import Scope
from access.sessions import hash_token
from access.viewer import Viewer
from errors import Unauthenticated
from models.sessions import StaffSession

CAPACITY = 1000
"""The sessions that one process uses at once."""
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
            await record_use(entry.row, datetime.now(UTC))
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
            stored_bounds(row.carriers),
            expires_at=row.expires_at,
            subject=(row.issuer, row.subject),
        )
