"""The OpenID Connect provider by which staff signs in: authorization code with PKCE."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe
from time import monotonic
from typing import Any

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from pydantic import SecretStr

from access.claims import ClaimNames, RefusedToken, TokenFault, viewer_of
from access.json_documents import FETCH_SECONDS, fetch_json, tls_context
from access.signing_keys import SigningKeys
from access.token_verifier import TokenVerifier
from access.viewer import Viewer
from errors import Unavailable
from runtime.settings_part import SettingsPart

logger = logging.getLogger("whereabouts.access")

DESCRIPTION = "/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
MAXIMUM_AGE_SECONDS = 3600.0
"""Seconds after which the provider's description is read again."""
PAUSE_SECONDS = 5.0
"""Seconds between two reads at least, while the provider does not answer."""
SECRET_BYTES = 32
"""256 random bits for each of state, nonce and the verifier of PKCE."""
LONGEST_ANSWER = 4_000
"""The most characters of a code that the provider sends back."""


@dataclass(frozen=True, slots=True)
class OpenIdSettings(SettingsPart):
    """The settings of the provider under the names that they have in the configuration."""

    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: SecretStr
    oidc_scope: str
    oidc_scopes_claim: str
    oidc_name_claim: str
    oidc_carriers_claim: str


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """The secrets of a sign-in that has begun: the browser keeps them until it comes back."""

    state: str
    nonce: str
    verifier: str


class SignInFailed(Exception):
    """The provider has not signed anybody in. The reason is a code for the security log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OpenIdProvider:
    """Sends browsers to the provider, and identifies those that come back.

    The provider's answers are small: whoever operates this service trusts it.
    """

    def __init__(self, settings: OpenIdSettings, redirect_uri: str) -> None:
        """`redirect_uri` is where the provider sends browsers back to."""
        self._settings, self._redirect_uri = settings, redirect_uri
        self._names = ClaimNames(
            settings.oidc_scopes_claim, settings.oidc_name_claim, settings.oidc_carriers_claim
        )
        self._verifier = TokenVerifier(
            SigningKeys(self._read_keys), settings.oidc_issuer, settings.oidc_client_id, None
        )
        self._description: Mapping[str, Any] | None = None
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def begin(self) -> tuple[str, SignInAttempt]:
        """Return the provider's address for the browser, and what the browser keeps meanwhile.

        Raises Unavailable.
        """
        description = await self._described()
        attempt = SignInAttempt(*(token_urlsafe(SECRET_BYTES) for _ in range(3)))
        async with await self._client(description) as client:
            address, _ = client.create_authorization_url(
                description["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address), attempt

    async def finish(self, answer: Mapping[str, str], attempt: SignInAttempt) -> Viewer:
        """Return the viewer whom the provider has signed in; `answer` is what it sent back.

        Raises SignInFailed, RefusedToken and Unavailable.
        """
        if not compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise SignInFailed("STATE")
        if "error" in answer:
            raise SignInFailed("PROVIDER_REFUSED")
        if answer.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise SignInFailed("ISSUER")
        code = answer.get("code", "")
        if not 0 < len(code) <= LONGEST_ANSWER:
            raise SignInFailed("CODE")
        return await self._identify(await self._exchange(code, attempt), attempt)

    async def _exchange(self, code: str, attempt: SignInAttempt) -> str:
        """Return the ID token for the code."""
        description = await self._described()
        try:
            async with (
                asyncio.timeout(2 * FETCH_SECONDS),
                await self._client(description) as client,
            ):
                answer = await client.fetch_token(
                    description["token_endpoint"], code=code, code_verifier=attempt.verifier
                )
        except OAuthError:
            raise SignInFailed("CODE") from None
        except (httpx2.HTTPError, OSError, TimeoutError, ValueError) as error:
            raise Unavailable("The identity provider does not answer.") from error
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise SignInFailed("NO_ID_TOKEN")
        return token

    async def _identify(self, token: str, attempt: SignInAttempt) -> Viewer:
        claims = await self._verifier.claims(token)
        if not compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise RefusedToken(TokenFault.NONCE)
        # A token for several audiences says which of them has asked for it.
        is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        asker = claims.get("azp", None if is_for_several else self._settings.oidc_client_id)
        if asker != self._settings.oidc_client_id:
            raise RefusedToken(TokenFault.AUDIENCE)
        viewer = viewer_of(claims, self._names)
        if not viewer.scopes:
            raise SignInFailed("NO_SCOPES")
        return viewer

    async def _client(self, description: Mapping[str, Any]) -> Any:
        return AsyncOAuth2Client(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret.get_secret_value(),
            token_endpoint_auth_method=_authentication(description),
            scope=self._settings.oidc_scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            verify=await tls_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=FETCH_SECONDS,
        )

    async def _read_keys(self) -> Any:
        return await fetch_json((await self._described())["jwks_uri"])

    async def _described(self) -> Mapping[str, Any]:
        """Return what the provider says of itself. Raises Unavailable."""
        async with self._reading:
            now = monotonic()
            age = MAXIMUM_AGE_SECONDS if self._description is not None else PAUSE_SECONDS
            if self._read_at is None or now - self._read_at >= age:
                self._read_at = now
                await self._describe()
        if self._description is None:
            raise Unavailable("The identity provider does not answer.")
        return self._description

    async def _describe(self) -> None:
        """Read the description. While that fails, a known one stays."""
        issuer = self._settings.oidc_issuer
        try:
            description = await fetch_json(issuer.rstrip("/") + DESCRIPTION)
            if description.get("issuer") != issuer:
                raise Unavailable(f"{issuer} describes another issuer")
            if not all(isinstance(description.get(name), str) for name in ENDPOINTS):
                raise Unavailable(f"{issuer} does not name all of {', '.join(ENDPOINTS)}")
            self._description = description
        except Unavailable as error:
            logger.warning("The identity provider is not described: %s", error)


def _authentication(description: Mapping[str, Any]) -> str:
    """Return how the provider wants to get the client's secret."""
    supported = description.get("token_endpoint_auth_methods_supported")
    is_posted = isinstance(supported, list) and "client_secret_basic" not in supported
    return "client_secret_post" if is_posted else "client_secret_basic"
