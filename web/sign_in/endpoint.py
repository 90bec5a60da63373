"""The endpoint of the sign-in: it opens and ends sessions, and sets their cookie."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from access.authentication import Authenticator
from access.claims import RefusedToken
from access.key_format import is_well_formed
from access.openid_provider import OpenIdProvider, SignInFailed
from access.rate_limits import RateLimit, RateLimits
from access.security_events import SecurityEvent, record
from access.sessions import LIFE, end_session_of, open_session
from access.viewer import Viewer
from database.outages import is_outage
from errors import RateLimited, Unauthenticated
from runtime.current_request import begin_request
from web.clients import client_address, client_network
from web.connection_registry import ClientDisconnected
from web.credentials import CredentialsReader, CrossSiteRequest
from web.headers import Headers
from web.request_body import BodyTooLarge, read_body
from web.request_ids import REQUEST_ID_HEADER, request_id_of
from web.session_cookie import ATTEMPT, SESSION, read_cookie, set_cookie
from web.sign_in.attempts import ATTEMPT_SECONDS, own_path, pack, unpack
from web.sign_in.replies import Reply, redirect

logger = logging.getLogger("whereabouts.sign_in")

PATH = "/sign-in"
CALLBACK_PATH = f"{PATH}/callback"
SIGN_OUT_PATH = "/sign-out"

ANSWER_SECONDS = 20.0
"""Seconds for a sign-in: the provider has ten for the code, and five for its keys."""
MAXIMUM_PARAMETERS = 20
"""The most parameters of an address: providers send up to five."""

NO_PROVIDER = "Nobody signs in by an identity provider here: WHEREABOUTS_OIDC_ISSUER is not set."
FAILED = "The sign-in did not succeed. Begin again, or ask the operator of this service for rights."
WRONG_KEY = "This API key is unknown, expired or revoked."
KEY_ADVICE = 'Send {"apiKey": "..."} as Content-Type: application/json.'
AWAY = "The sign-in is not possible now. Try again in half a minute."

MAXIMUM_REQUESTS, PERIOD_SECONDS = 30, 60
REQUESTS = RateLimit(
    "sign_in", MAXIMUM_REQUESTS, PERIOD_SECONDS, "This address signs in too often."
)
"""A sign-in takes two requests: an office behind one address has room for fifteen in a minute."""

Answer = Callable[[Scope, Headers, Receive], Awaitable[Reply]]


class SignIn:
    """Opens sessions for those whom the provider knows or who have an API key, and ends them.

    What a page sends here changes something, so it must be a page of the service itself; the
    provider's callback is bound to the browser by the cookie of the attempt.
    """

    def __init__(
        self,
        authenticator: Authenticator,
        credentials: CredentialsReader,
        provider: OpenIdProvider | None,
        limits: RateLimits,
    ) -> None:
        self._authenticator, self._credentials = authenticator, credentials
        self._provider, self._limits = provider, limits

    @property
    def routes(self) -> list[Route]:
        return [
            Route(path, _Door(answers, self._limits))
            for path, answers in (
                (PATH, {"GET": self._begin, "POST": self._sign_in_by_key}),
                (CALLBACK_PATH, {"GET": self._finish}),
                (SIGN_OUT_PATH, {"POST": self._sign_out}),
            )
        ]

    async def _begin(self, scope: Scope, headers: Headers, receive: Receive) -> Reply:
        """Send the browser to the provider."""
        if self._provider is None:
            return Reply(404, NO_PROVIDER)
        address, attempt = await self._provider.begin()
        cookie = pack(attempt, own_path(_parameters(scope).get("next")))
        return redirect(address, set_cookie(ATTEMPT, cookie, ATTEMPT_SECONDS, scope, headers))

    async def _finish(self, scope: Scope, headers: Headers, receive: Receive) -> Reply:
        """Open a session for the person whom the provider sends back."""
        if self._provider is None:
            return Reply(404, NO_PROVIDER)
        known = unpack(read_cookie(ATTEMPT, scope, headers))
        forget = set_cookie(ATTEMPT, "", 0, scope, headers)
        if known is None:
            return _refuse("NO_ATTEMPT", forget)
        attempt, path = known
        try:
            viewer = await self._provider.finish(_parameters(scope), attempt)
        except SignInFailed as failed:
            return _refuse(failed.reason, forget)
        except RefusedToken as refused:
            return _refuse(f"TOKEN_{refused.fault.name}", forget)
        cookie = await self._open(viewer, None, scope, headers)
        return redirect(path, cookie, forget)

    async def _sign_in_by_key(self, scope: Scope, headers: Headers, receive: Receive) -> Reply:
        self._credentials.require_own_page(scope, headers)
        key = _key_in(await read_body(receive), headers)
        if key is None:
            return Reply(400, KEY_ADVICE)
        try:
            if not is_well_formed(key):
                raise Unauthenticated(WRONG_KEY, reason="MALFORMED")
            viewer = await self._authenticator.viewer(f"Bearer {key}")
        except Unauthenticated as error:
            record(SecurityEvent.SIGN_IN_FAILED, key_id=error.key_id, reason=error.reason)
            return Reply(401, WRONG_KEY)
        return Reply(204, "", await self._open(viewer, key, scope, headers))

    async def _sign_out(self, scope: Scope, headers: Headers, receive: Receive) -> Reply:
        self._credentials.require_own_page(scope, headers)
        await _end_present(scope, headers)
        return Reply(204, "", set_cookie(SESSION, "", 0, scope, headers))

    async def _open(
        self, viewer: Viewer, key: str | None, scope: Scope, headers: Headers
    ) -> tuple[bytes, bytes]:
        """Open a session in place of the browser's present one, and return its cookie."""
        await _end_present(scope, headers)
        _, token = await open_session(viewer, key)
        return set_cookie(SESSION, token, int(LIFE.total_seconds()), scope, headers)


class _Door:
    """Answers the methods that a path has, within time, and every mistake with a short text."""

    def __init__(self, answers: Mapping[str, Answer], limits: RateLimits) -> None:
        self._answers, self._limits = answers, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        request_id = request_id_of(headers)
        begin_request(request_id.decode(), client_address(scope))
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reply = await self._reply(scope, headers, receive)
        except ClientDisconnected:
            return
        except Exception as error:
            reply = _reply_to(error)
        reply.headers.append((REQUEST_ID_HEADER, request_id))
        await reply(scope, receive, send)

    async def _reply(self, scope: Scope, headers: Headers, receive: Receive) -> Reply:
        answer = self._answers.get(scope["method"])
        if answer is None:
            return Reply(405, "", (b"allow", ", ".join(self._answers).encode()))
        await self._limits.take(REQUESTS, client_network(scope))
        return await answer(scope, headers, receive)


def _reply_to(error: Exception) -> Reply:
    if isinstance(error, CrossSiteRequest):
        return Reply(403, str(error))
    if isinstance(error, RateLimited):
        return Reply(429, error.message, (b"retry-after", b"%d" % error.retry_after))
    if isinstance(error, BodyTooLarge):
        return Reply(413, KEY_ADVICE)
    if is_outage(error):
        return Reply(503, AWAY, (b"retry-after", b"30"))
    logger.error("A sign-in failed.", exc_info=error)
    return Reply(500)


def _refuse(reason: str, *headers: tuple[bytes, bytes]) -> Reply:
    record(SecurityEvent.SIGN_IN_FAILED, reason=reason)
    return Reply(403, FAILED, *headers)


async def _end_present(scope: Scope, headers: Headers) -> None:
    token = read_cookie(SESSION, scope, headers)
    if token is not None:
        await end_session_of(token)


def _parameters(scope: Scope) -> Mapping[str, str]:
    text = scope["query_string"].decode(errors="replace")
    try:
        return dict(parse_qsl(text, max_num_fields=MAXIMUM_PARAMETERS))
    except ValueError:
        return {}


def _key_in(body: bytes, headers: Headers) -> str | None:
    """Return the API key of a body, None if it has another shape."""
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
        return None
    try:
        content: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    key = content.get("apiKey") if isinstance(content, dict) else None
    return key if isinstance(key, str) else None
