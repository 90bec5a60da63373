"""Viewers: who holds an API key."""

from collections import OrderedDict
from datetime import UTC, datetime
from time import monotonic

from auth import Scope, Viewer, is_key_shaped, key_hash
from errors import Unauthenticated
from models.api_keys import ApiKey

REMEMBERED_SECONDS = 3.0
"""How long a revoked key is still believed in; with the look at open connections each second, and
the time to close them, it ends what it began within five."""
REMEMBERED_KEYS = 1000
"""Keys in use at once by one process; those beyond cost a statement each time."""

MESSAGE = "This API key is unknown, expired or revoked. Ask whoever runs this service for another."


class Keys:
    """Who holds which key; asks the database at most every few seconds for the same one."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[str, tuple[float, ApiKey]] = OrderedDict()

    async def holder(self, key: str) -> ApiKey:
        """Raises Unauthenticated; one text whatever is wrong with the key."""
        if not is_key_shaped(key):
            raise Unauthenticated(MESSAGE)
        hashed = key_hash(key)
        until, row = self._remembered.get(hashed, (0.0, None))
        if row is None or until < monotonic():
            row = await ApiKey.get_or_none(key_hash=hashed)
            if row is None:
                raise Unauthenticated(MESSAGE)
            self._remember(hashed, row)
        if not _is_valid(row):
            raise Unauthenticated(MESSAGE)
        return row

    def _remember(self, hashed: str, row: ApiKey) -> None:
        self._remembered[hashed] = (monotonic() + REMEMBERED_SECONDS, row)
        self._remembered.move_to_end(hashed)
        while len(self._remembered) > REMEMBERED_KEYS:
            self._remembered.popitem(last=False)


def _is_valid(row: ApiKey) -> bool:
    is_expired = row.expires_at is not None and row.expires_at <= datetime.now(UTC)
    return row.revoked_at is None and not is_expired


def viewer_of(row: ApiKey) -> Viewer:
    return Viewer(row.name, frozenset(Scope(one) for one in row.scopes), row.id)
