"""The verifier of tokens: the claims of a JSON Web Token, if one issuer signed it for one audience.

It follows RFC 8725: the algorithms are fixed, and issuer, audience and expiry are required.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from re import compile as pattern
from typing import Any

import jwt
from jwt import PyJWK

from access.claims import RefusedToken, TokenFault
from access.signing_keys import ALGORITHMS, SigningKeys

LEEWAY = timedelta(seconds=60)
"""How far the clock of the identity provider may differ from ours."""
MAXIMUM_LENGTH = 8_192
"""The most characters of a token: proxies pass on headers of that length."""
REQUIRED = ("exp", "iss", "aud", "sub")
LOOKS_LIKE_A_TOKEN = pattern(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")

FAULTS: tuple[tuple[type[Exception], TokenFault], ...] = (
    (jwt.ExpiredSignatureError, TokenFault.EXPIRED),
    (jwt.ImmatureSignatureError, TokenFault.NOT_YET_VALID),
    (jwt.InvalidIssuerError, TokenFault.ISSUER),
    (jwt.InvalidAudienceError, TokenFault.AUDIENCE),
    (jwt.InvalidSignatureError, TokenFault.SIGNATURE),
    (jwt.InvalidAlgorithmError, TokenFault.ALGORITHM),
    (jwt.MissingRequiredClaimError, TokenFault.CLAIMS),
)
MALFORMED = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""The errors of PyJWT for a token that is broken in itself."""


def is_token(text: str) -> bool:
    """Return whether the text has the shape of a signed JSON Web Token."""
    return LOOKS_LIKE_A_TOKEN.fullmatch(text) is not None


class TokenVerifier:
    """Verifies the tokens of one issuer for one audience.

    `longest` is the longest time for which a token may be valid; None for no limit.
    """

    def __init__(
        self, keys: SigningKeys, issuer: str, audience: str, longest: timedelta | None
    ) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience
        self._longest = longest

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Return the token's claims. Raises RefusedToken, and Unavailable without the keys."""
        claims = _decoded(token, await self._key(token), self._issuer, self._audience)
        if self._longest is not None and _lifetime(claims) > self._longest:
            raise RefusedToken(TokenFault.LIVES_TOO_LONG)
        return claims

    async def _key(self, token: str) -> PyJWK:
        if len(token) > MAXIMUM_LENGTH:
            raise RefusedToken(TokenFault.MALFORMED)
        try:
            header = jwt.get_unverified_header(token)
        except MALFORMED:
            raise RefusedToken(TokenFault.MALFORMED) from None
        # A header is not trusted to choose: the key says with which algorithm it is used.
        if str(header.get("alg")) not in ALGORITHMS:
            raise RefusedToken(TokenFault.ALGORITHM)
        key = await self._keys.find(str(header.get("kid")))
        if key is None:
            raise RefusedToken(TokenFault.UNKNOWN_KEY)
        return key


def expiry_of(claims: Mapping[str, Any]) -> datetime:
    """Return the time at which verified claims expire, without the leeway."""
    return datetime.fromtimestamp(int(claims["exp"]), UTC)


def _decoded(token: str, key: PyJWK, issuer: str, audience: str) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=audience,
            issuer=issuer,
            leeway=LEEWAY,
            options={"require": [*REQUIRED]},
        )
        expiry_of(claims)
    except MALFORMED as error:
        faults = (fault for kind, fault in FAULTS if isinstance(error, kind))
        raise RefusedToken(next(faults, TokenFault.MALFORMED)) from None
    return claims


def _lifetime(claims: Mapping[str, Any]) -> timedelta:
    """Return how long the token is valid: from its issue, or else from now, less the leeway."""
    if "iat" in claims:
        return timedelta(seconds=int(claims["exp"]) - int(claims["iat"]))
    return expiry_of(claims) - LEEWAY - datetime.now(UTC)
