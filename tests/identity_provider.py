"""A small identity provider on loopback: it signs tokens and persons in, and shows its keys."""

import asyncio
import base64
import hashlib
import json
import secrets
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.embedded_server import EmbeddedServer
from tests.timeouts import TIMEOUT

AUDIENCE, CLIENT_ID, CLIENT_SECRET = "whereabouts", "console", "secret of the client"


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of this name; to make one takes a while."""
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: Any, key_id: str, **members: Any) -> dict[str, Any]:
    """The public part of a key as a member of a key set."""
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": key_id, **members}


def now() -> int:
    return int(datetime.now(UTC).timestamp())


@dataclass
class IdentityProvider:
    """Tokens are signed with the key `key_id`. `claims` change those of every ID token."""

    issuer: str = "https://login.example/"
    key_id: str = "first"
    is_away: bool = False
    claims: dict[str, Any] = field(default_factory=dict)
    published: list[str] = field(default_factory=lambda: ["first"])
    """The ids of the keys in its set."""
    key_reads: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, *, key_id: str | None = None, algorithm: str = "RS256", **claims: Any) -> str:
        """A token that the service accepts, but for the given claims; None takes one away."""
        all_claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "clerk",
            "iat": now(),
            "exp": now() + 600,
            "scope": "ORDERS_READ",
        } | claims
        key_id = key_id or self.key_id
        key: Any = rsa_key(key_id) if algorithm.startswith("RS") else ec_key(key_id)
        payload = {name: value for name, value in all_claims.items() if value is not None}
        return jwt.encode(payload, key, algorithm, {"kid": key_id})

    def key_set(self) -> dict[str, Any]:
        return {"keys": [public_jwk(rsa_key(key_id), key_id) for key_id in self.published]}

    async def keys(self, request: Request) -> Response:
        self.key_reads += 1
        return Response(status_code=503) if self.is_away else JSONResponse(self.key_set())

    async def describe(self, request: Request) -> Response:
        if self.is_away:
            return Response(status_code=503)
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def authorize(self, request: Request) -> Response:
        """Sign the browser's person in, without asking."""
        asked = request.query_params
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = dict(asked)
        answer = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", 303)

    async def exchange(self, request: Request) -> Response:
        """Give the ID token for a code, once, to who began the sign-in and knows the secret."""
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        is_client = request.headers.get("authorization") == f"Basic {expected}"
        if asked is None or not is_client or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims = {
            "aud": CLIENT_ID,
            "nonce": asked["nonce"],
            "email": "clerk@shop.example",
            "scopes": ["ORDERS_READ"],
        } | self.claims
        return JSONResponse(
            {"access_token": "x", "token_type": "Bearer", "id_token": self.token(**claims)}
        )

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[str, None]:
        """Serve on a free port of loopback, whose address becomes the issuer."""
        app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.exchange, methods=["POST"]),
            ]
        )
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.issuer = "http://{}:{}".format(*listening.getsockname())
            server = EmbeddedServer(uvicorn.Config(app, log_config=None, lifespan="off"))
            task = asyncio.create_task(server.serve([listening]))
            async with asyncio.timeout(TIMEOUT):
                while not server.started:  # noqa: ASYNC110 (uvicorn has no event)
                    await asyncio.sleep(0.005)
            try:
                yield self.issuer
            finally:
                server.end()
                await task


def token_settings(issuer: str, jwks: str, **others: str) -> dict[str, str]:
    """The settings of a service that accepts the tokens of the issuer."""
    return {
        "WHEREABOUTS_JWT_JWKS": jwks,
        "WHEREABOUTS_JWT_ISSUER": issuer,
        "WHEREABOUTS_JWT_AUDIENCE": AUDIENCE,
        **others,
    }
