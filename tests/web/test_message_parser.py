"""Whatever a client sends over a websocket is a message of the protocol, or is not one."""

import json
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from tests.profiles import examples
from web.graphql.request_parsing import GraphQLRequest
from web.graphql.websocket_messages import (
    LONGEST_REASON,
    CloseCode,
    authorization_in,
    close_reason,
    error,
    has_misplaced_key,
    next_head,
    parse_message,
    pong,
)

TEXTS = st.text(max_size=10) | st.sampled_from(
    ["1", "", "\0", "\ud800", "authorization", "ß" * 200]
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
TYPES = ("connection_init", "ping", "pong", "subscribe", "complete")
IDS = TEXTS | JSON_VALUES
REQUESTS = st.dictionaries(
    st.sampled_from(["query", "variables", "operationName", "extensions", "documentId"]),
    TEXTS | st.dictionaries(TEXTS, JSON_VALUES, max_size=2) | JSON_VALUES,
)
PAYLOADS = REQUESTS | JSON_VALUES
MESSAGES = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES) | JSON_VALUES},
    optional={"id": IDS, "payload": PAYLOADS, "unknown": JSON_VALUES},
)
FRAMES = st.one_of(
    st.none(),
    st.text(),
    JSON_VALUES.map(json.dumps),
    MESSAGES.map(json.dumps),
    MESSAGES.map(lambda message: json.dumps(message, ensure_ascii=False)),
    st.builds(lambda depth, mark: mark * depth, st.integers(1, 3000), st.sampled_from("[{")),
)
"""The texts of frames: None is that of a frame of bytes."""


@examples(2000)
@given(text=FRAMES)
def test_a_frame_is_a_message_of_the_protocol_or_is_refused(text: str | None) -> None:
    message = parse_message(text)

    if message is not None:
        assert message["type"] in TYPES
        assert None not in message.values()
        _read(message)


def _read(message: dict[str, Any]) -> None:
    """Read what the session reads of a message of each type."""
    match message["type"]:
        case "connection_init":
            payload = message.get("payload", {})
            assert isinstance(authorization_in(payload), str | None)
            assert isinstance(has_misplaced_key(payload), bool)
        case "ping":
            assert orjson.loads(pong(message.get("payload")))["type"] == "pong"
        case "subscribe":
            assert isinstance(message["payload"], GraphQLRequest)
            _answer(message["id"])
        case "complete":
            assert message["id"] != ""


def _answer(id_: str) -> None:
    """Every id of an operation can be given back."""
    assert orjson.loads(next_head(id_) + "null}")["id"] == id_
    assert orjson.loads(error(id_, [])) == {"id": id_, "type": "error", "payload": []}


@examples(200)
@given(detail=TEXTS | st.text(min_size=100))
def test_a_reason_fits_into_the_frame_that_closes(detail: str) -> None:
    detail = detail.encode(errors="replace").decode()

    for code in CloseCode:
        assert len(close_reason(code, detail).encode()) <= LONGEST_REASON
