"""A raw request: bytes on a connection of their own, which no HTTP library would send."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

ANSWER_SECONDS = 60.0
"""The longest time that an answer is waited for: more than any limit of the server."""
KEY = b"KEY"
"""Stands for an API key with all scopes."""


@dataclass(frozen=True, slots=True)
class RawRequest:
    """The bytes that are sent, and what is answered."""

    sent: bytes
    answer: str
    """The status and the codes of the errors; "closed" if there is no answer."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The head and the body of the answer; both are empty if there is none."""

    head: bytes
    body: bytes

    def __str__(self) -> str:
        if not self.head:
            return "closed"
        return " ".join([self.head.split()[1].decode(), *self.codes])

    @property
    def codes(self) -> list[str]:
        """The codes of the errors, each once."""
        try:
            answer = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return []
        errors = answer.get("errors", []) if isinstance(answer, dict) else []
        return sorted({error["extensions"]["code"] for error in errors})


async def send(address: str, sent: bytes, key: str = "") -> RawAnswer:
    """Send the bytes, and read until the server closes the connection."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent.replace(KEY, key.encode()))
        async with asyncio.timeout(ANSWER_SECONDS):
            head, _, body = (await reader.read(-1)).partition(b"\r\n\r\n")
    except ConnectionError:
        return RawAnswer(b"", b"")
    finally:
        writer.close()
    return RawAnswer(head, body)


def request(
    line: str, headers: Mapping[str, str] | None = None, body: bytes = b"", end: str = "\r\n"
) -> bytes:
    """Return a request with this first line, after whose answer the server closes.

    A header of ours is left out if its value is given as empty.
    """
    ours = {"Host": "127.0.0.1", "Connection": "close"}
    if body:
        ours |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    given = {name: value for name, value in {**ours, **(headers or {})}.items() if value}
    lines = [f"{line} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
    return end.join(lines).encode("latin-1") + body


def post(body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
    return request("POST /graphql", headers, body)


def operation(query: str, headers: Mapping[str, str] | None = None) -> bytes:
    return post(orjson.dumps({"query": query}), headers)
