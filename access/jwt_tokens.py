"""The tokens of an identity provider (JWT), with which programs and persons call the API."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from cachetools import LRUCache

from access.claims import ClaimNames, RefusedToken, TokenFault, viewer_of
from access.json_documents import fetch_json, read_json_file
from access.signing_keys import SigningKeys
from access.token_verifier import LEEWAY, TokenVerifier, expiry_of
from access.viewer import Viewer
from errors import Unauthenticated, Unavailable
from runtime.settings_part import SettingsPart

LONGEST_LIFE = timedelta(hours=1)
"""The longest life of a token. It cannot be revoked, so whoever steals one has it for as long."""
TRUSTED_SECONDS = 60.0
"""Seconds after which a token is verified again, as its key may have been withdrawn. To verify one
costs more than a short answer."""
CAPACITY = 1000
"""The verified tokens that one process remembers."""
MESSAGE = (
    "This token is not accepted: it is not one of the identity provider for this service, or it has"
    " expired. Get another one."
)


@dataclass(frozen=True, slots=True)
class TokenSettings(SettingsPart):
    """The settings of tokens under the names that they have in the configuration."""

    jwt_jwks: str | Path | None
    jwt_issuer: str
    jwt_audience: str
    jwt_scopes_claim: str
    jwt_name_claim: str
    jwt_carriers_claim: str


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A verified token: its viewer, and when it was verified, by the process's clock."""

    viewer: Viewer
    expires_at: datetime
    verified_at: float


class TokenAuthenticator:
    """Identifies callers by their tokens; each is verified once for a while."""

    def __init__(
        self,
        verifier: TokenVerifier,
        names: ClaimNames,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._verifier, self._names, self._clock = verifier, names, clock
        self._verified: LRUCache[bytes, VerifiedToken] = LRUCache(CAPACITY)

    async def viewer(self, token: str) -> Viewer:
        """Return the viewer of the token.

        Raises Unauthenticated, with one message whatever is wrong, and Unavailable.
        """
        try:
            verified = await self._find(token)
            if verified.expires_at + LEEWAY <= datetime.now(UTC):
                raise RefusedToken(TokenFault.EXPIRED)
        except RefusedToken as refused:
            # What was refused once is not accepted in the next outage.
            self._verified.pop(_digest(token), None)
            refuse(refused.fault)
        return verified.viewer

    async def _find(self, token: str) -> VerifiedToken:
        """Return what the token says. Raises RefusedToken and Unavailable."""
        digest = _digest(token)
        known = self._verified.get(digest)
        now = self._clock()
        if known is not None and now - known.verified_at < TRUSTED_SECONDS:
            return known
        try:
            claims = await self._verifier.claims(token)
        except Unavailable:
            # It was good a while ago, and nothing speaks against it now.
            if known is None:
                raise
            return known
        expires_at = expiry_of(claims)
        verified = VerifiedToken(viewer_of(claims, self._names, expires_at), expires_at, now)
        self._verified[digest] = verified
        return verified


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def refuse(fault: TokenFault) -> NoReturn:
    """Raise Unauthenticated, whose reason is for the security log: the caller is not told it."""
    raise Unauthenticated(MESSAGE, reason=f"TOKEN_{fault.name}")


def token_authenticator(settings: TokenSettings) -> TokenAuthenticator | None:
    """Return the authenticator of the settings, None if they name no keys."""
    if settings.jwt_jwks is None:
        return None
    keys = SigningKeys(_reader(settings.jwt_jwks))
    names = ClaimNames(
        settings.jwt_scopes_claim, settings.jwt_name_claim, settings.jwt_carriers_claim
    )
    verifier = TokenVerifier(keys, settings.jwt_issuer, settings.jwt_audience, LONGEST_LIFE)
    return TokenAuthenticator(verifier, names)


def _reader(source: str | Path) -> Callable[[], Awaitable[Any]]:
    if isinstance(source, Path):
        return partial(read_json_file, source)
    return partial(fetch_json, source)
