"""The messages of graphql-transport-ws, and the codes with which a websocket closes.

After the protocol that npm's `graphql-ws` describes (PROTOCOL.md there): clients come back after
1012, 1013, 4403 and 4408, and give up after the other codes.
"""

from enum import IntEnum
from typing import Any, TypeGuard

import orjson

from database.outages import is_outage
from web.graphql.request_parsing import BadRequest, request_from_json

PROTOCOL = "graphql-transport-ws"
LONGEST_REASON = 123
"""Bytes of a close frame, less those of its code."""

ACKNOWLEDGE = '{"type":"connection_ack"}'
PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'


class CloseCode(IntEnum):
    RESTARTING = 1012
    TRY_AGAIN_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_ACKNOWLEDGED = 4401
    FORBIDDEN = 4403
    WRONG_PROTOCOL = 4406
    TIMED_OUT = 4408
    ID_IN_USE = 4409
    SECOND_INIT = 4429


REASONS = {
    CloseCode.RESTARTING: "The service restarts; come back",
    CloseCode.TRY_AGAIN_LATER: "Try again later",
    CloseCode.BAD_MESSAGE: "This is no message of graphql-transport-ws",
    CloseCode.NOT_ACKNOWLEDGED: "Unauthorized",
    CloseCode.FORBIDDEN: "Forbidden",
    CloseCode.WRONG_PROTOCOL: "Subprotocol not acceptable: use graphql-transport-ws",
    CloseCode.TIMED_OUT: "Nothing was heard in time",
    CloseCode.ID_IN_USE: "Subscriber for {} already exists",
    CloseCode.SECOND_INIT: "Too many initialisation requests",
}


def closing(error: Exception) -> CloseCode:
    """After a mistake of ours, or an outage, clients come back."""
    return CloseCode.TRY_AGAIN_LATER if is_outage(error) else CloseCode.RESTARTING


def reason(code: CloseCode, about: str = "") -> str:
    """What a client said may be too long for the protocol."""
    return REASONS[code].format(about).encode()[:LONGEST_REASON].decode(errors="ignore")


def read(text: str | None) -> dict[str, Any] | None:
    """The message, what it asks for in it; None if it is none that the protocol has. What is null
    is left out."""
    try:
        message = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    if not _is_message(message):
        return None
    message = {name: value for name, value in message.items() if value is not None}
    if message["type"] == "subscribe":
        try:
            message["payload"] = request_from_json(message.get("payload"))
        except BadRequest:
            return None
    return message


def _is_message(message: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(message, dict):
        return False
    match message.get("type"):
        case "connection_init" | "ping" | "pong":
            return isinstance(message.get("payload"), dict | None)
        case "complete" | "subscribe":
            return isinstance(message.get("id"), str)
    return False


def next_head(id_: str) -> str:
    """How a `next` message begins; the payload and a brace end it."""
    return f'{{"id":{_quoted(id_)},"type":"next","payload":'


def error(id_: str, errors: list[Any]) -> str:
    shown = orjson.dumps([one.formatted for one in errors]).decode()
    return f'{{"id":{_quoted(id_)},"type":"error","payload":{shown}}}'


def complete(id_: str) -> str:
    return f'{{"id":{_quoted(id_)},"type":"complete"}}'


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
