"""Manifests are read as the tools write them, and a broken one is reported before serving."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands import main
from engine.persisted import manifest as manifests
from engine.persisted.documents import TrustedDocuments, document_id
from engine.persisted.manifest import BrokenManifest, read_manifest
from schema.build import build_schema
from tests.schema.manifests import (
    ALL,
    POSITION,
    VIEWER,
    build_apollo_manifest,
    build_relay_manifest,
    md5_of,
    sha256_of,
    write_manifest,
)


@pytest.mark.parametrize(
    ("form", "name_of"), [(build_relay_manifest, md5_of), (build_apollo_manifest, sha256_of)]
)
def test_manifests_of_both_tools_are_read(tmp_path: Path, form: Any, name_of: Any) -> None:
    file = write_manifest(tmp_path, form(*ALL))

    assert read_manifest(file) == {name_of(text): text for text in ALL}


def test_a_document_may_have_two_names(tmp_path: Path) -> None:
    file = write_manifest(tmp_path, {"first": POSITION, "second": POSITION})

    assert read_manifest(file) == {"first": POSITION, "second": POSITION}


OPERATION = {"id": "1", "name": "Viewer", "type": "query", "body": VIEWER}
UNKNOWN: dict[str, tuple[object, str]] = {
    "a list": ([VIEWER], "no JSON object"),
    "a number for a text": ({"1": 5}, "no text at 1"),
    "another format": ({"format": "x", "version": 1, "operations": []}, "another format"),
    "another version": (
        build_apollo_manifest(VIEWER) | {"version": 2},
        "another format or version",
    ),
    "no operations": ({"format": manifests.APOLLO, "version": 1}, "no list of operations"),
    "an operation without a body": (
        build_apollo_manifest() | {"operations": [OPERATION, {"id": "2"}]},
        "no id or no body in operation 1",
    ),
    "an operation that is text": (
        build_apollo_manifest() | {"operations": [VIEWER]},
        "no id or no body in operation 0",
    ),
    "nothing": ({}, "has no documents"),
    "no operation": (build_apollo_manifest(), "has no documents"),
    "two documents of one name": (
        build_apollo_manifest() | {"operations": [OPERATION, OPERATION | {"body": POSITION}]},
        "two documents of the name 1",
    ),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_an_invalid_manifest_is_reported(tmp_path: Path, case: str) -> None:
    manifest, message = UNKNOWN[case]

    with pytest.raises(BrokenManifest, match=message) as broken:
        read_manifest(write_manifest(tmp_path, manifest))

    assert str(tmp_path / "documents.json") in str(broken.value)


def test_an_unreadable_manifest_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "documents.json"
    for content, message in ((None, "cannot be read: No such file"), (b"{", "is not JSON")):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(BrokenManifest, match=message):
            read_manifest(file)

    size = len(write_manifest(tmp_path, build_relay_manifest(*ALL)).read_bytes())
    monkeypatch.setattr(manifests, "MAXIMUM_BYTES", size)
    assert len(read_manifest(file)) == len(ALL)
    monkeypatch.setattr(manifests, "MAXIMUM_BYTES", size - 1)
    with pytest.raises(BrokenManifest, match=f"more than {size - 1} bytes"):
        read_manifest(file)


DEEP = "{ node(id: 1) " + "{ ... on Order { shipments { order " * 8 + "{ id }" + "} } }" * 8 + " }"
NOT_VALID = {
    "no GraphQL": ("query {", "Syntax Error"),
    "an unknown field": ("{ nothing }", "Cannot query field 'nothing'"),
    "beyond the limits": (DEEP, "It is 18 levels deep; at most 15 are allowed."),
    "too many fields of a plan": (
        "query WithInterfaces { changes { nodes {"
        + " ".join(f"a{number}: order {{ id }}" for number in range(400))
        + "} } }",
        "these are more than 3000 fields",
    ),
    "too many tokens": ("{ " + "position " * 4000 + "}", "4000 tokens"),
    "no operation": ("fragment F on Query { position }", "Fragment 'F' is never used."),
    "two without a name": (
        "{ position } { viewer { name } }",
        "must be the only defined operation",
    ),
}


@pytest.mark.parametrize("case", NOT_VALID)
def test_a_document_that_cannot_be_executed_ends_the_start_with_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    text, message = NOT_VALID[case]
    file = write_manifest(tmp_path, build_relay_manifest(POSITION, text))
    monkeypatch.setenv("WHEREABOUTS_DATABASE_URL", f"sqlite://{tmp_path / 'none.sqlite3'}")
    monkeypatch.setenv("WHEREABOUTS_DOCUMENTS", "")

    ended = CliRunner().invoke(main, ["serve", "--documents", str(file)])

    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"Error: Document {md5_of(text)} cannot be trusted: ")
    assert message in ended.stderr
    assert not (tmp_path / "none.sqlite3").exists()


def test_trusting_documents_only_needs_a_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHEREABOUTS_DOCUMENTS_ONLY", "off")

    ended = CliRunner().invoke(main, ["serve", "--documents-only"])

    assert ended.exit_code == 2
    assert "WHEREABOUTS_DOCUMENTS_ONLY='on': set WHEREABOUTS_DOCUMENTS to the file" in ended.stderr


def test_every_operation_is_prepared_at_the_start_and_never_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = f"{POSITION} {VIEWER}"
    file = write_manifest(tmp_path, build_relay_manifest(two, *ALL))
    monkeypatch.setattr("engine.document_cache.CACHED_BYTES", 10)
    schema = build_schema()

    TrustedDocuments.read(file, schema, is_only=False)

    monkeypatch.setattr("engine.documents.parse_within", None)
    prepared = [schema.operations.prepare(two, name) for name in ("Position", "Viewer")]
    assert [operation.name for operation in prepared] == ["Position", "Viewer"]
    assert [schema.operations.prepare(text, None).name for text in ALL] == [
        "Position",
        "Viewer",
        "Follow",
        "Create",
    ]
    assert (schema.documents.statistics.trusted, schema.documents.statistics.documents) == (5, 0)


def test_our_own_documents_are_trusted_and_checked_without_a_manifest() -> None:
    schema = build_schema()

    documents = TrustedDocuments.read(None, schema, is_only=False, own=[POSITION])

    assert documents.text(None, document_id(POSITION)) == POSITION
    with pytest.raises(BrokenManifest, match="Cannot query field 'nothing'"):
        TrustedDocuments.read(None, schema, is_only=False, own=["{ nothing }"])
