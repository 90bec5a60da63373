"""JSON documents of an identity provider, read from an address or a file within bounds."""

import asyncio
import ssl
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import orjson

from errors import Unavailable

FETCH_SECONDS = 5.0
"""Seconds in which a document must have come: requests may wait for it."""
MAXIMUM_BYTES = 256 * 1024
"""The most bytes of a document: key sets and descriptions of providers have a few thousand."""


async def fetch_json(address: str) -> Any:
    """Return the JSON object at an address.

    Redirects and proxies of the environment are not followed: the operator has named the address.
    Raises Unavailable, whose message says why.
    """
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return _parsed(address, await _body(address))
    except (httpx2.HTTPError, OSError, TimeoutError) as error:
        raise Unavailable(f"{address} does not answer: {type(error).__name__}") from error


async def read_json_file(path: Path) -> Any:
    """Return the JSON object in a file. Raises Unavailable, whose message says why."""
    try:
        body = await asyncio.to_thread(_head, path)
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}") from error
    return _parsed(str(path), body)


async def tls_context() -> ssl.SSLContext:
    """Return the context that trusts the machine's authorities. To make it takes a while, so that
    happens once, and in a thread."""
    return await asyncio.to_thread(_tls_context)


@cache
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


async def _body(address: str) -> bytes:
    body = bytearray()
    context = await tls_context()
    async with (
        httpx2.AsyncClient(verify=context, trust_env=False, follow_redirects=False) as client,
        client.stream("GET", address, headers={"Accept": "application/json"}) as response,
    ):
        if response.status_code != httpx2.codes.OK:
            raise Unavailable(f"{address} answers with status {response.status_code}")
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > MAXIMUM_BYTES:
                break
    return bytes(body)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(MAXIMUM_BYTES + 1)


def _parsed(name: str, body: bytes) -> Any:
    if len(body) > MAXIMUM_BYTES:
        raise Unavailable(f"{name} has more than {MAXIMUM_BYTES} bytes")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise Unavailable(f"{name} is not a JSON object")
    return document
