"""The manifest: a JSON file of documents, in the format of Relay's or Apollo's tools."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

MAXIMUM_BYTES = 4 * 1024 * 1024
"""Bytes of a manifest: some two thousand documents. A parsed document takes 90 times its length."""
APOLLO = "apollo-persisted-query-manifest"
TOOLS = "relay-compiler (persistConfig) or generate-persisted-query-manifest"


class BrokenManifest(Exception):
    """The manifest cannot be used. The message says why, and what to do."""


def read_manifest(file: Path) -> dict[str, str]:
    """Return the documents' texts by name. Raises BrokenManifest."""
    manifest = _parsed(file)
    is_apollo = isinstance(manifest, dict) and isinstance(manifest.get("format"), str)
    documents: dict[str, str] = {}
    pairs = _apollo(manifest, file) if is_apollo else _relay(manifest, file)
    for name, text in pairs:
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
        raise BrokenManifest(f"{file} is not JSON: {error}. Write it with {TOOLS}.") from error


def _apollo(manifest: dict[str, Any], file: Path) -> Iterator[tuple[str, str]]:
    if (manifest["format"], manifest.get("version")) != (APOLLO, 1):
        raise _unknown(file, "another format or version")
    operations = manifest.get("operations")
    if not isinstance(operations, list):
        raise _unknown(file, "no list of operations")
    for index, operation in enumerate(operations):
        is_object = isinstance(operation, dict)
        name, text = (operation.get("id"), operation.get("body")) if is_object else (None, None)
        if not isinstance(name, str) or not isinstance(text, str):
            raise _unknown(file, f"no id or no body in operation {index}")
        yield name, text


def _relay(manifest: Any, file: Path) -> Iterator[tuple[str, str]]:
    if not isinstance(manifest, dict):
        raise _unknown(file, "no JSON object")
    for name, text in manifest.items():
        if not isinstance(text, str):
            raise _unknown(file, f"no text at {name}")
        yield name, text


def _unknown(file: Path, problem: str) -> BrokenManifest:
    return BrokenManifest(
        f"{file} is not a manifest of a known format: {problem}."
        f' Give {{"<id>": "<document>"}}, or {APOLLO} of version 1; {TOOLS} writes them.'
    )
