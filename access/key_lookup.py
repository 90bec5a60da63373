"""Viewers: who holds an API key."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cachetools import TTLCache

from access.scopes import Scope, Viewer, is_key_shaped, key_hash
from errors import Unauthenticated
from models.api_keys import ApiKey

REMEMBERED_SECONDS = 3.0
"""How long a revoked key is still believed in; with the look at open connections each second, and
the time to close them, it ends what it began within five."""
REMEMBERED_KEYS = 1000
"""Keys in use at once by one process; those beyond cost a statement each time."""

MESSAGE = "This API key is unknown, expired or revoked. Ask whoever runs this service for another."


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key, as the database had it a moment ago."""

    row: ApiKey
    viewer: Viewer

    @property
    def is_valid(self) -> bool:
        row = self.row
        is_expired = row.expires_at is not None and row.expires_at <= datetime.now(UTC)
        return row.revoked_at is None and not is_expired


class KeyLookup:
    """Who holds which key; asks the database at most every few seconds for the same one."""

    def __init__(self) -> None:
        self._remembered: TTLCache[str, KnownKey] = TTLCache(REMEMBERED_KEYS, REMEMBERED_SECONDS)

    async def held(self, key: str) -> KnownKey:
        """Raises Unauthenticated; one text whatever is wrong with the key."""
        try:
            held = self._remembered[key]
        except KeyError:
            held = self._remembered[key] = await _read(key)
        if not held.is_valid:
            raise Unauthenticated(MESSAGE)
        return held


async def _read(key: str) -> KnownKey:
    row = await ApiKey.get_or_none(key_hash=key_hash(key)) if is_key_shaped(key) else None
    if row is None:
        raise Unauthenticated(MESSAGE)
    viewer = Viewer(row.name, frozenset(Scope(one) for one in row.scopes), row.id)
    return KnownKey(row, viewer)
