"""Authentication: the viewer that the credentials of a request stand for."""

from collections.abc import Collection, Iterable

from access.actor import acting
from access.claims import TokenFault
from access.credentials import Authorization
from access.jwt_tokens import TokenAuthenticator, refuse
from access.key_cache import KeyCache
from access.link_cache import LinkCache
from access.secrets import SecretBox
from access.session_cache import SessionCache
from access.token_verifier import is_token
from access.tracking_links import LINK_PREFIX, LinkSigner
from access.viewer import ANONYMOUS, Viewer
from errors import Unauthenticated, Unavailable

HAS_EXPIRED = "These credentials have expired. Connect again with new ones."


class Authenticator:
    """Identifies callers by the header `Authorization`, or by the cookie of a staff session. The
    header has an API key, a token of an identity provider, or the token of a tracking link that the
    service has signed with `link_secrets`.

    Without `tokens`, those of identity providers are refused. The API keys with the names
    `acting_keys` may say for whom they act, as those with ADMIN may.
    """

    def __init__(
        self,
        tokens: TokenAuthenticator | None = None,
        acting_keys: Collection[str] = (),
        *,
        link_secrets: SecretBox | None = None,
    ) -> None:
        self._keys = KeyCache()
        self._sessions = SessionCache(self._keys)
        self._links = LinkCache(LinkSigner(link_secrets or SecretBox([])))
        self._tokens, self._acting_keys = tokens, frozenset(acting_keys)

    async def viewer(self, authorization: Authorization) -> Viewer:
        """Return the viewer of the credentials, or ANONYMOUS without any.

        Raises Unauthenticated for credentials that are not valid, and Unavailable.
        """
        if authorization is None:
            return ANONYMOUS
        if isinstance(authorization, str):
            return await self._bearer(authorization)
        if authorization.session is not None:
            return await self._sessions.viewer(authorization.session)
        viewer = await self.viewer(authorization.authorization)
        return acting(viewer, authorization.actor, self._acting_keys)

    async def confirm(self, authorization: Authorization) -> None:
        """Raise Unauthenticated unless what began with the credentials may go on.

        New requests may come a little after the end of a token, as clocks differ, but nothing goes
        on after it. An outage of the identity provider tells nothing against a token.
        """
        try:
            viewer = await self.viewer(authorization)
        except Unavailable:
            return
        if viewer.has_expired():
            raise Unauthenticated(HAS_EXPIRED, reason="EXPIRED", key_id=viewer.key_id)

    async def refresh(self, authorizations: Iterable[Authorization]) -> None:
        """Prepare to be asked for the viewers of all these: it takes few statements."""
        await self._links.refresh(
            authorization.partition(" ")[2].strip()
            for authorization in authorizations
            if isinstance(authorization, str)
        )

    async def _bearer(self, header: str) -> Viewer:
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated(
                "Send the API key as: Authorization: Bearer <key>.", reason="NO_BEARER"
            )
        secret = secret.strip()
        if secret.startswith(LINK_PREFIX):
            return await self._links.viewer(secret)
        if not is_token(secret):
            return await self._keys.viewer(secret)
        if self._tokens is None:
            refuse(TokenFault.NOT_CONFIGURED)
        return await self._tokens.viewer(secret)
