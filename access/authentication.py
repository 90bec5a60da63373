"""Authentication: the viewer that the credentials of a request stand for."""

from access.key_cache import KeyCache
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated


class Authenticator:
    """Identifies callers by the `Authorization` header."""

    def __init__(self) -> None:
        self._keys = KeyCache()

    async def viewer(self, authorization: str | None) -> Viewer:
        """Return the viewer of the API key, or ANONYMOUS without a header.

        Raises Unauthenticated for a header that does not carry a valid key.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(
                "Send the API key as: Authorization: Bearer <key>.", reason="NO_BEARER"
            )
        return await self._keys.viewer(key.strip())
