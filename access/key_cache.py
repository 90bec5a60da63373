"""A cache of API keys, so that a request needs no statement to authenticate."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cachetools import TTLCache
from tortoise.expressions import Q

from access.carrier_bounds import stored_bounds
from access.key_format import hash_key, is_well_formed
from access.last_use import record_use
from access.scopes import Scope
from access.viewer import Viewer
from errors import Unauthenticated
from models.api_keys import ApiKey

MAX_AGE_SECONDS = 3.0
"""A revoked key works for at most this long. Open connections are checked once a second, and to
close one takes time: what a revoked key began has ended after five seconds altogether."""
CAPACITY = 1000
"""The keys that one process uses at once. A key beyond them costs a statement for each request."""

MESSAGE = (
    "This API key is unknown, expired or revoked. Ask the operator of this service for another."
)


@dataclass(frozen=True, slots=True)
class CachedKey:
    """An API key as it was last read from the database, and the viewer that it stands for."""

    row: ApiKey
    viewer: Viewer
    """It expires with the key, or sooner, when this secret of it does because it was rotated."""

    def valid_viewer(self) -> Viewer:
        """Return the viewer. Raises Unauthenticated if the key is revoked or has expired."""
        if self.row.revoked_at is not None:
            raise Unauthenticated(MESSAGE, reason="REVOKED", key_id=self.row.id)
        if self.viewer.has_expired():
            raise Unauthenticated(MESSAGE, reason="EXPIRED", key_id=self.row.id)
        return self.viewer


class KeyCache:
    """Finds API keys by their text. The same key is read from the database every few seconds."""

    def __init__(self) -> None:
        self._entries: TTLCache[str, CachedKey] = TTLCache(CAPACITY, MAX_AGE_SECONDS)

    async def viewer(self, key: str) -> Viewer:
        """Return the viewer of the key, whose use is recorded when it is read from the database.

        Raises Unauthenticated, with the same message whatever is wrong with the key.
        """
        try:
            return self._entries[key].valid_viewer()
        except KeyError:
            entry = self._entries[key] = await _read(key)
        viewer = entry.valid_viewer()
        await record_use(entry.row, datetime.now(UTC))
        return viewer

    async def viewer_of_hash(self, hash_: str) -> Viewer:
        """Return the viewer of the key whose secret has this hash, which a session keeps.

        It is read anew, as sessions are cached themselves. Raises Unauthenticated.
        """
        return (await _read_hash(hash_)).valid_viewer()


async def _read(key: str) -> CachedKey:
    if not is_well_formed(key):
        raise Unauthenticated(MESSAGE, reason="MALFORMED")
    return await _read_hash(hash_key(key))


async def _read_hash(hash_: str) -> CachedKey:
    row = await ApiKey.get_or_none(Q(key_hash=hash_) | Q(previous_hash=hash_))
    if row is None:
        raise Unauthenticated(MESSAGE)
    ends = [row.expires_at, None if row.key_hash == hash_ else row.previous_until]
    expires_at = min(filter(None, ends), default=None)
    viewer = Viewer(
        row.name,
        frozenset(map(Scope, row.scopes)),
        row.id,
        carriers=stored_bounds(row.carriers),
        expires_at=expires_at,
    )
    return CachedKey(row, viewer)
