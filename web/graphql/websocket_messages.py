"""The messages of graphql-transport-ws, and the codes with which a websocket closes.

The protocol is that of npm's `graphql-ws` (PROTOCOL.md there): its clients come back after 1012,
1013, 4403, 4408 and 4410, and give up after the other codes.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, TypeGuard

import orjson
from graphql import GraphQLError

from access.key_format import KEY_PREFIX
from database.outages import is_outage
from engine.error_formatting import REWOUND, error_from_refusal, format_error
from errors import LimitExceeded, LogRewound, Unauthenticated
from web.connection_registry import EndReason
from web.credentials import ACTOR_HEADER
from web.graphql.request_parsing import BadRequest, request_from_json

PROTOCOL = "graphql-transport-ws"
LONGEST_REASON = 123
"""The most bytes of a reason: those of a close frame, less those of its code."""
CREDENTIAL_NAMES = ("token", "apikey", "authorisation", "auth", "jwt", "bearer", "credentials")
"""How the names of members end, without signs, under which recipes for other services tell clients
to send a credential."""
KEY_PLACE = 'Send the API key in connectionParams as: {"Authorization": "Bearer <key>"}.'

ACKNOWLEDGE = '{"type":"connection_ack"}'
PING = '{"type":"ping"}'


class CloseCode(IntEnum):
    """The codes with which this service closes a websocket."""

    RESTARTING = 1012
    TRY_AGAIN_LATER = 1013
    BAD_MESSAGE = 4400
    NOT_ACKNOWLEDGED = 4401
    FORBIDDEN = 4403
    WRONG_PROTOCOL = 4406
    TIMED_OUT = 4408
    ID_IN_USE = 4409
    LOG_REWOUND = 4410
    SECOND_INIT = 4429


CLOSE_CODES = {EndReason.RESTARTING: CloseCode.RESTARTING, EndReason.REVOKED: CloseCode.FORBIDDEN}
"""The codes by which clients know whether to come back."""
REASONS = {
    CloseCode.RESTARTING: "The service restarts; connect again",
    CloseCode.TRY_AGAIN_LATER: "Try again later",
    CloseCode.BAD_MESSAGE: "This is not a message of graphql-transport-ws",
    CloseCode.NOT_ACKNOWLEDGED: "Unauthorized",
    CloseCode.FORBIDDEN: "Forbidden{}",
    CloseCode.WRONG_PROTOCOL: "Subprotocol not acceptable: use graphql-transport-ws",
    CloseCode.TIMED_OUT: "No message arrived in time",
    CloseCode.ID_IN_USE: "Subscriber for {} already exists",
    CloseCode.LOG_REWOUND: REWOUND,
    CloseCode.SECOND_INIT: "Too many initialisation requests",
}


def close_code_of(error: Exception) -> CloseCode:
    """Return a code after which clients come back: an outage or a bug here is not their fault, and
    one whose key has ended may have another."""
    if isinstance(error, Unauthenticated):
        return CloseCode.FORBIDDEN
    if isinstance(error, LogRewound):
        return CloseCode.LOG_REWOUND
    return CloseCode.TRY_AGAIN_LATER if is_outage(error) else CloseCode.RESTARTING


def close_reason(code: CloseCode, detail: str = "") -> str:
    """Return the reason; `detail` comes from the client and may have to be cut."""
    return REASONS[code].format(detail).encode()[:LONGEST_REASON].decode(errors="ignore")


def parse_message(text: str | None) -> dict[str, Any] | None:
    """Return the message, or None if the protocol has none like it.

    The payload of `subscribe` is a GraphQLRequest. Members that are null are left out.
    """
    try:
        message = orjson.loads(text or "")
    except orjson.JSONDecodeError:
        return None
    if not _is_message(message):
        return None
    message = {name: value for name, value in message.items() if value is not None}
    if message["type"] == "subscribe":
        try:
            message["payload"] = request_from_json(message.get("payload"), len(text or ""))
        except BadRequest:
            return None
    return message


def _is_message(message: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(message, dict):
        return False
    match message.get("type"):
        case "connection_init" | "pong":
            return isinstance(message.get("payload"), dict | None)
        case "ping":
            payload = message.get("payload")
            return isinstance(payload, dict | None) and _can_be_written(payload)
        case "complete" | "subscribe":
            return isinstance(message.get("id"), str) and message["id"] != ""
    return False


def _can_be_written(payload: Mapping[str, Any] | None) -> bool:
    """Whether the payload can be given back: JSON is read at more levels than it is written."""
    try:
        orjson.dumps(payload)
    except orjson.JSONEncodeError:
        return False
    return True


def authorization_in(payload: Mapping[str, Any]) -> str | None:
    """Return the header Authorization of a `connection_init`, None if it has none.

    Clients write its name in any case, into the payload itself or into its member `headers`.
    """
    return _header_in(payload, "authorization")


def actor_in(payload: Mapping[str, Any]) -> str | None:
    """Return the header Whereabouts-Actor of a `connection_init`, None if it has none."""
    return _header_in(payload, ACTOR_HEADER.decode())


def has_misplaced_key(payload: Mapping[str, Any]) -> bool:
    """Whether the payload of a `connection_init` has a credential under a name that is not read."""
    return any(
        isinstance(value, str)
        and (KEY_PREFIX in value or _letters(name).endswith(CREDENTIAL_NAMES))
        for name, value in _members(payload)
    )


def _header_in(payload: Mapping[str, Any], wanted: str) -> str | None:
    found = (value for name, value in _members(payload) if name.lower() == wanted)
    return next((str(value) for value in found if value is not None), None)


def _members(payload: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members of the payload and of those of its members that are objects."""
    yield from payload.items()
    for value in payload.values():
        if isinstance(value, dict):
            yield from value.items()


def _letters(name: str) -> str:
    return "".join(filter(str.isalpha, name)).lower()


def pong(payload: Mapping[str, Any] | None) -> str:
    """Return the answer to a ping, which gives the ping's payload back."""
    message = {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    return orjson.dumps(message).decode()


def next_head(id_: str) -> str:
    """Return the start of a `next` message; the payload and a closing brace complete it."""
    return f'{{"id":{_quoted(id_)},"type":"next","payload":'


def error(id_: str, errors: list[GraphQLError]) -> str:
    payload = orjson.dumps([error.formatted for error in errors]).decode()
    return f'{{"id":{_quoted(id_)},"type":"error","payload":{payload}}}'


def too_many_operations(limit: int) -> GraphQLError:
    refusal = LimitExceeded(f"A websocket has at most {limit} operations at once.")
    return format_error(error_from_refusal(refusal))


def complete(id_: str) -> str:
    return f'{{"id":{_quoted(id_)},"type":"complete"}}'


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()
