"""The manifest: a file of documents, as the tools of Relay and of Apollo write it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

MAXIMUM_BYTES = 4 * 1024 * 1024
"""Of a manifest: some two thousand documents. Parsed, each byte takes some ninety."""
APOLLO = "apollo-persisted-query-manifest"
TOOLS = "relay-compiler (persistConfig) or generate-persisted-query-manifest"


class BrokenManifest(Exception):
    """The manifest cannot be used; the message says why, and what to do."""


def read_manifest(file: Path) -> dict[str, str]:
    """The documents by their names. Raises BrokenManifest."""
    said = _parsed(file)
    is_apollo = isinstance(said, dict) and isinstance(said.get("format"), str)
    documents: dict[str, str] = {}
    for name, text in _apollo(said, file) if is_apollo else _relay(said, file):
        if documents.setdefault(name, text) != text:
            raise BrokenManifest(f"{file} has two documents of the name {name}. Write it anew.")
    if not documents:
        raise BrokenManifest(f"{file} has no documents. Write it with {TOOLS}.")
    return documents


def _parsed(file: Path) -> Any:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise BrokenManifest(f"{file} cannot be read: {error.strerror}.") from error
    if len(content) > MAXIMUM_BYTES:
        raise BrokenManifest(f"{file} has more than {MAXIMUM_BYTES} bytes. Give fewer documents.")
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BrokenManifest(f"{file} is no JSON: {error}. Write it with {TOOLS}.") from error


def _apollo(said: dict[str, Any], file: Path) -> Iterator[tuple[str, str]]:
    if (said["format"], said.get("version")) != (APOLLO, 1):
        raise _unknown(file, "another format or version")
    operations = said.get("operations")
    if not isinstance(operations, list):
        raise _unknown(file, "no list of operations")
    for place, one in enumerate(operations):
        name, text = (one.get("id"), one.get("body")) if isinstance(one, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise _unknown(file, f"no id or no body in operation {place}")
        yield name, text


def _relay(said: Any, file: Path) -> Iterator[tuple[str, str]]:
    if not isinstance(said, dict):
        raise _unknown(file, "no JSON object")
    for name, text in said.items():
        if not isinstance(text, str):
            raise _unknown(file, f"no text at {name}")
        yield name, text


def _unknown(file: Path, what: str) -> BrokenManifest:
    return BrokenManifest(
        f"{file} is no manifest that is known here: {what}."
        f' Give {{"<id>": "<document>"}}, or {APOLLO} of version 1; {TOOLS} writes them.'
    )
