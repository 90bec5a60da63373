"""Who is calling: the holder of an API key, or nobody in particular."""

from datetime import UTC, datetime

from access.api_keys import note_use
from access.key_lookup import KeyLookup
from access.scopes import ANONYMOUS, Viewer
from errors import Unauthenticated


class Authenticator:
    """Knows callers by what they say in `Authorization`."""

    def __init__(self) -> None:
        self._keys = KeyLookup()

    async def viewer(self, authorization: str | None) -> Viewer:
        """Whoever says nothing is anonymous. Raises Unauthenticated."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("Send the API key as: Authorization: Bearer <key>.")
        held = await self._keys.held(key.strip())
        await note_use(held.row, datetime.now(UTC))
        return held.viewer
