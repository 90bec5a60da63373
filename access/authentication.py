"""Authentication: the viewer that the credentials of a request stand for."""

from collections.abc import Iterable

from access.key_cache import KeyCache
from access.link_cache import LinkCache
from access.secrets import SecretBox
from access.tracking_links import LINK_PREFIX, LinkSigner
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated


class Authenticator:
    """Identifies callers by the `Authorization` header: an API key, or the token of a tracking link
    that the service has signed with `link_secrets`."""

    def __init__(self, *, link_secrets: SecretBox | None = None) -> None:
        self._keys = KeyCache()
        self._links = LinkCache(LinkSigner(link_secrets or SecretBox([])))

    async def viewer(self, authorization: str | None) -> Viewer:
        """Return the viewer of the API key or the link, or ANONYMOUS without a header.

        Raises Unauthenticated for a header that carries neither.
        """
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(
                "Send the API key as: Authorization: Bearer <key>.", reason="NO_BEARER"
            )
        token = token.strip()
        if token.startswith(LINK_PREFIX):
            return await self._links.viewer(token)
        return await self._keys.viewer(token)

    async def refresh(self, authorizations: Iterable[str | None]) -> None:
        """Prepare to be asked for the viewers of all these headers: it takes few statements."""
        await self._links.refresh(
            authorization.partition(" ")[2].strip()
            for authorization in authorizations
            if authorization is not None
        )
