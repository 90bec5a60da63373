"""Request parsing: reads a GraphQL request from a JSON body, a query string or a message."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from access.viewer import Viewer
from engine.operations import Operation

MAXIMUM_PARAMETERS = 20
"""The most parameters of a URL: seven have a meaning."""
IDENTIFIERS = ("documentId", "doc_id", "id")
"""The parameters that name a document instead of sending it: the appendix of GraphQL over HTTP, and
two ways that grew with Relay. Apollo's clients name it in the extensions."""


class BadRequest(Exception):
    """The input does not have the shape of a GraphQL request; the message describes that shape."""


@dataclass(slots=True)
class GraphQLRequest:
    """An operation, by its text or by the name of a trusted document, and its variables."""

    query: str | None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    wants_cost: bool = False
    """Whether the answer shall tell the cost of the operation."""
    length: int = sys.maxsize
    """The length of the text that the request was read from, if that is known."""
    operation: Operation | None = field(default=None, init=False)
    """The prepared operation, set by `GraphQLService.prepare`."""
    is_new: bool = field(default=False, init=False)
    """Whether the operation was not known before, set with it."""
    viewer: Viewer | None = field(default=None, init=False)
    """The viewer, set by `GraphQLService.prepare`."""


def request_from_json(parameters: Any, length: int) -> GraphQLRequest:
    """Read a request from the parsed JSON of a text of this length. Raises BadRequest."""
    if isinstance(parameters, list):
        raise BadRequest(
            "Send each operation in a request of its own: lists of operations are not taken. A"
            " document may select several root fields."
        )
    if not isinstance(parameters, dict):
        raise BadRequest("A request is one JSON object: query, variables, operationName.")
    query = _parameter(parameters, "query", str, "a string")
    name = _parameter(parameters, "operationName", str, "a string")
    variables = _parameter(parameters, "variables", dict, "an object")
    extensions = _parameter(parameters, "extensions", dict, "an object")
    document_id = None if query else _document_id(parameters, extensions or {})
    if query is None and document_id is None:
        raise BadRequest("There is no query. Send one as: query, or name a document: documentId.")
    wants_cost = extensions is not None and extensions.get("cost") is True
    return GraphQLRequest(query, document_id, name or None, variables or {}, wants_cost, length)


def request_from_query_string(query_string: bytes) -> GraphQLRequest | None:
    """Read a request from a URL's query string. Raises BadRequest.

    Returns None if no parameter asks for an operation: a browser wants to see a page.
    """
    try:
        pairs = parse_qsl(
            query_string.decode(errors="replace"),
            keep_blank_values=True,
            max_num_fields=MAXIMUM_PARAMETERS,
        )
    except ValueError:
        raise BadRequest(f"A URL has at most {MAXIMUM_PARAMETERS} parameters.") from None
    parameters: dict[str, Any] = {name: value for name, value in pairs if value or name == "query"}
    for name in ("variables", "extensions"):
        if name in parameters:
            parameters[name] = _parsed(parameters[name], f"The URL parameter `{name}`")
    if not parameters.keys() & {"query", "extensions", *IDENTIFIERS}:
        return None
    return request_from_json(parameters, len(query_string))


def request_from_body(body: bytes) -> GraphQLRequest:
    """Read a request from a JSON body. Raises BadRequest."""
    return request_from_json(_parsed(body, "The request body"), len(body))


def _parsed(text: str | bytes, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise BadRequest(f"{name} is not valid JSON.") from None


def _parameter(parameters: Mapping[str, Any], name: str, type_: type, kind: str) -> Any:
    """Return the parameter, or None. Raises BadRequest if its value has another type."""
    value = parameters.get(name)
    if value is None or isinstance(value, type_):
        return value
    raise BadRequest(f"`{name}` must be {kind}, null or absent.")


def _document_id(parameters: Mapping[str, Any], extensions: Mapping[str, Any]) -> str | None:
    persisted = extensions.get("persistedQuery")
    if isinstance(persisted, dict) and persisted.get("sha256Hash") is not None:
        return str(_parameter(persisted, "sha256Hash", str, "a string"))
    for name in IDENTIFIERS:
        identifier = _parameter(parameters, name, str, "a string")
        if identifier is not None:
            return str(identifier)
    return None
