"""The endpoint to which shops send their webhooks: it stores them and answers."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from access.secrets import SecretBox, SecretsUnavailable
from access.security_events import SecurityEvent, record
from database.outages import is_outage
from intake.storage import IntakeFull, ReceivedBody, store
from models.enums.intakes import ReceiverType
from models.enums.sources import SourceKind
from models.sources import OrderSource
from sources.order_sources import PATH, secrets_of, source_at
from sources.signatures import SCHEMES, delivery_id_of, is_ping, is_signed, kept_headers
from web.client_log_lines import ClientWarnings
from web.clients import client_address
from web.connection_registry import ClientDisconnected
from web.request_body import BodyTooLarge, read_body

logger = logging.getLogger("whereabouts.sources")

ANSWER_SECONDS = 20.0
"""Seconds in which a body must have come and be stored. Shops wait for five to ten."""
RETRY_SECONDS = b"30"
POST_ONLY = (b"allow", b"POST")
LATER = (b"retry-after", RETRY_SECONDS)

Answer = tuple[int, Sequence[tuple[bytes, bytes]]]
"""A status and its headers. There is no body: a stranger is told nothing."""
UNSIGNED: Answer = (401, ())
"""The answer to a body whose signature is missing or wrong."""


class SourcesEndpoint:
    """Answers 202 when a body is stored and committed; `wake` then lets it be read at once."""

    def __init__(self, box: SecretBox, wake: Callable[[], None]) -> None:
        self._box, self._wake, self._warnings = box, wake, ClientWarnings()

    @property
    def route(self) -> Route:
        return Route(f"{PATH}/{{key}}", self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status, headers = await self._answer(scope, receive)
        except ClientDisconnected:
            return
        except Exception as error:
            if not is_outage(error):
                logger.exception("A webhook could not be stored.")
            status, headers = (503, [LATER]) if is_outage(error) else (500, [])
        length = (b"content-length", b"0")
        start = {"type": "http.response.start", "status": status, "headers": [*headers, length]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return 405, [POST_ONLY]
        source = await source_at(scope["path_params"]["key"])
        if source is None:
            return 404, []
        try:
            body = await read_body(receive)
        except BodyTooLarge:
            self._warnings.warn("Source %s sent a body of more than a MiB.", source.name)
            return 413, []
        answer = await self._receive(source, scope["headers"], body)
        if answer is UNSIGNED:
            address = client_address(scope)
            record(SecurityEvent.SIGNATURE_REFUSED, viewer=source.name, address=address)
        return answer

    async def _receive(
        self, source: OrderSource, pairs: list[tuple[bytes, bytes]], body: bytes
    ) -> Answer:
        if source.kind is SourceKind.WOOCOMMERCE and is_ping(pairs, body):
            # WooCommerce takes no other status for its ping.
            return 200, []
        scheme = SCHEMES[source.kind]
        try:
            secrets = secrets_of(self._box, source)
        except SecretsUnavailable as error:
            self._warnings.warn("The secret of source %s: %s", source.name, error.message)
            return 503, [LATER]
        if not is_signed(scheme, pairs, body, secrets):
            self._warnings.warn(
                "A webhook to source %s was refused, as its signature is missing or wrong. Is the"
                " secret in the shop that of the source? `whereabouts sources rotate` sets it.",
                source.name,
            )
            return UNSIGNED
        delivery = ReceivedBody(
            ReceiverType.SOURCE,
            source.id,
            delivery_id_of(scheme, pairs),
            kept_headers(scheme, pairs),
            body,
        )
        try:
            if await store(delivery):
                self._wake()
        except IntakeFull:
            self._warnings.warn("Too many bodies of source %s wait to be read.", source.name)
            return 503, [LATER]
        return 202, []
