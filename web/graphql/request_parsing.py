"""Asking: what a client sends, whichever way it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

MAXIMUM_PARAMETERS = 20
"""Of an address: there are seven that mean something."""
IDENTIFIERS = ("documentId", "doc_id", "id")
"""How clients name a document instead of sending it: the appendix of GraphQL over HTTP, and two
ways that grew with Relay. Apollo's clients do it in the extensions."""


class BadRequest(Exception):
    """This is no request; the message says how one looks."""


@dataclass(slots=True)
class GraphQLRequest:
    """An operation, by its text or by the name that a trusted document has."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]


def request_from_json(said: Any) -> GraphQLRequest:
    """A JSON object. Raises BadRequest."""
    if not isinstance(said, dict):
        raise BadRequest("A request is one JSON object: query, variables, operationName.")
    query = _demand(said, "query", str, "a string")
    name = _demand(said, "operationName", str, "a string")
    variables = _demand(said, "variables", dict, "an object")
    extensions = _demand(said, "extensions", dict, "an object")
    document_id = None if query else _document_id(said, extensions or {})
    if query is None and document_id is None:
        raise BadRequest("There is no query. Send one as: query, or name a document: documentId.")
    return GraphQLRequest(query, document_id, name or None, variables or {})


def request_from_query_string(query_string: bytes) -> GraphQLRequest | None:
    """None if it asks for nothing: a browser wants to see a page. Raises BadRequest."""
    try:
        pairs = parse_qsl(
            query_string.decode(errors="replace"),
            keep_blank_values=True,
            max_num_fields=MAXIMUM_PARAMETERS,
        )
    except ValueError:
        raise BadRequest(f"An address has at most {MAXIMUM_PARAMETERS} parameters.") from None
    said: dict[str, Any] = {name: value for name, value in pairs if value or name == "query"}
    for name in ("variables", "extensions"):
        if name in said:
            said[name] = _parsed(said[name], f"The {name} of an address are")
    if not said.keys() & {"query", "extensions", *IDENTIFIERS}:
        return None
    return request_from_json(said)


def request_from_body(body: bytes) -> GraphQLRequest:
    """Raises BadRequest."""
    return request_from_json(_parsed(body, "The request body is"))


def _parsed(text: str | bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequest(f"{what} no JSON.") from None


def _demand(said: Mapping[str, Any], name: str, type_: type, kind: str) -> Any:
    value = said.get(name)
    if value is None or isinstance(value, type_):
        return value
    raise BadRequest(f"`{name}` is {kind}, or null, or left out.")


def _document_id(said: Mapping[str, Any], extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if isinstance(persisted, dict) and persisted.get("sha256Hash") is not None:
        return str(_demand(persisted, "sha256Hash", str, "a string"))
    for name in IDENTIFIERS:
        identifier = _demand(said, name, str, "a string")
        if identifier is not None:
            return str(identifier)
    return None
