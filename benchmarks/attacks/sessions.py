"""Attacks by many connections, by slow ones, and by credentials that end while they are used."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import websockets

from benchmarks.attacks.raw_request import RawAnswer, operation, post, request, send
from benchmarks.attacks.scenarios import Target
from benchmarks.ingest.dataset import CREATE_ORDER, ORDER
from models.tracking_ids import new_tracking_id

PROTOCOL = websockets.Subprotocol("graphql-transport-ws")
SOCKETS, SLOW = 300, 100
GUESSES = 200
LIFETIME_SECONDS = 2
"""How long the key works that expires while it is used."""
Session = Callable[[Target], Coroutine[Any, Any, str]]
"""Attacks the target, and returns what came back."""


def address_of(target: Target) -> str:
    return urlsplit(target.url).netloc


async def open_many_websockets(target: Target) -> str:
    """Open websockets from one address."""
    results: Counter[str] = Counter()
    async with AsyncExitStack() as stack:
        for _ in range(SOCKETS):
            try:
                await stack.enter_async_context(_websocket(target))
                results["opened"] += 1
            except websockets.InvalidStatus as refusal:
                results[f"status {refusal.response.status_code}"] += 1
    return _told(results)


async def send_slow_heads(target: Target) -> str:
    """Send a part of a head on many connections, and wait."""
    return await _wait_for_all(target, b"POST /graphql HTTP/1.1\r\nHost: a\r\n")


async def send_slow_bodies(target: Target) -> str:
    """Send a part of a body on many connections, and wait."""
    head = {"Content-Length": "1000", "Content-Type": "application/json"}
    return await _wait_for_all(target, request("POST /graphql", head))


async def _wait_for_all(target: Target, sent: bytes) -> str:
    address = address_of(target)
    answers = await asyncio.gather(*(send(address, sent) for _ in range(SLOW)))
    return _told(Counter(map(str, answers)))


async def guess_tracking_ids(target: Target) -> str:
    """Look up ids that look right, without a key."""
    guesses = [new_tracking_id() for _ in range(GUESSES)]
    answers = [
        await send(address_of(target), operation(f'{{ order(trackingId: "{id_}") {{ status }} }}'))
        for id_ in guesses
    ]
    return _told(Counter(map(str, answers)))


async def use_a_key_until_it_is_revoked(target: Target) -> str:
    """Follow changes with a key, and revoke it."""
    created = await _create_key(target)
    websocket = await _follow(target, created["secret"])
    began = time.perf_counter()
    await _execute(target, REVOKE, id=created["apiKey"]["id"])
    return await _closing(websocket, began)


async def use_a_key_until_it_expires(target: Target) -> str:
    """Follow changes with a key that expires soon."""
    expires_at = datetime.now(UTC) + timedelta(seconds=LIFETIME_SECONDS)
    created = await _create_key(target, expiresAt=expires_at.isoformat())
    websocket = await _follow(target, created["secret"])
    rest = expires_at - datetime.now(UTC)
    return await _closing(websocket, time.perf_counter() + rest.total_seconds())


async def use_a_link_until_it_is_revoked(target: Target) -> str:
    """Follow an order with its tracking link, and revoke the links of the order."""
    created = await _execute(target, CREATE_ORDER, input=ORDER)
    id_ = created["orderCreate"]["order"]["trackingId"]
    link = await _execute(target, LINK, id=id_)
    follow = f'subscription {{ orderChanged(trackingIds: ["{id_}"]) {{ position }} }}'
    websocket = await _follow(target, link["trackingLinkCreate"]["token"], follow)
    began = time.perf_counter()
    await _execute(target, REVOKE_LINKS, id=id_)
    return await _closing(websocket, began)


FOLLOW = "subscription { changes { position } }"
CREATE_KEY = """mutation ($expiresAt: DateTime) {
  apiKeyCreate(name: "attacker", scopes: [ORDERS_READ], expiresAt: $expiresAt) {
    secret apiKey { id } } }"""
REVOKE = "mutation ($id: ID!) { apiKeyRevoke(id: $id) { userErrors { message } } }"
LINK = "mutation ($id: ID!) { trackingLinkCreate(trackingId: $id) { token } }"
REVOKE_LINKS = """mutation ($id: ID!) {
  trackingLinksRevoke(trackingId: $id, reason: "an attack") { userErrors { message } } }"""


async def _create_key(target: Target, **variables: Any) -> dict[str, Any]:
    created: dict[str, Any] = (await _execute(target, CREATE_KEY, **variables))["apiKeyCreate"]
    return created


async def _execute(target: Target, query: str, **variables: Any) -> dict[str, Any]:
    """Execute an operation with the key of all scopes. Raises KeyError if it has no data."""
    body = orjson.dumps({"query": query, "variables": variables})
    answer: RawAnswer = await send(
        address_of(target), post(body, {"Authorization": f"Bearer {target.key}"})
    )
    data: dict[str, Any] = orjson.loads(answer.body)["data"]
    return data


def _websocket(target: Target) -> websockets.connect:
    return websockets.connect(target.url.replace("http", "ws", 1), subprotocols=[PROTOCOL])


async def _follow(
    target: Target, credential: str, query: str = FOLLOW
) -> websockets.ClientConnection:
    """Open a websocket with a credential, and subscribe on it."""
    websocket = await _websocket(target)
    payload = {"Authorization": f"Bearer {credential}"}
    await websocket.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
    await websocket.recv()
    message = {"id": "1", "type": "subscribe", "payload": {"query": query}}
    await websocket.send(orjson.dumps(message).decode())
    return websocket


async def _closing(websocket: websockets.ClientConnection, began: float) -> str:
    """Return the code with which the server closes, and the seconds since the credential ended."""
    with suppress(websockets.ConnectionClosed):
        async for _ in websocket:
            pass
    return f"{websocket.close_code} after {time.perf_counter() - began:.1f} s"


def _told(results: Counter[str]) -> str:
    return ", ".join(f"{count} x {result}" for result, count in results.items())


SESSIONS: Mapping[str, Session] = {
    f"{SOCKETS} websockets of one address": open_many_websockets,
    f"{SLOW} heads that never end": send_slow_heads,
    f"{SLOW} bodies that never end": send_slow_bodies,
    f"{GUESSES} guesses of tracking ids": guess_tracking_ids,
    "a key that is revoked in mid-stream": use_a_key_until_it_is_revoked,
    "a key that expires in mid-stream": use_a_key_until_it_expires,
    "a link that is revoked in mid-stream": use_a_link_until_it_is_revoked,
}
