"""The GraphiQL page: where it is, where its libraries come from, and when it is not there."""

import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from schema.sdl import sdl
from tests.live_server import RunningService, build_settings, running_service
from web.graphql import graphiql
from web.graphql.graphiql import FOLDER, Graphiql

PAGE = {"Accept": "text/html"}
SCRIPT = b"console.log(1)"
HASH = b64encode(sha384(SCRIPT).digest()).decode()
ELSEWHERE = "https://cdn.example/@a/b@1.2.3/c/d.js"
SOURCE = f"""<script
  crossorigin
  src="{ELSEWHERE}"
  integrity="sha384-{HASH}"
></script><script src="https://cdn.example/js-cookie@1/x.js" integrity="sha384-x"></script>"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(graphiql, "get_graphql_ide_html", lambda _name: SOURCE)
    (tmp_path / "page.html").write_text("<!-- libraries -->")
    return tmp_path


def install(folder: Path, content: bytes) -> Path:
    file = folder / "node_modules/@a/b/c/d.js"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return file


def test_an_installed_library_is_served_from_here(folder: Path) -> None:
    file = install(folder, SCRIPT)

    made = Graphiql("/graphql", folder)

    assert made.files == {"@a/b@1.2.3/c/d.js": file}
    assert (
        made.page.decode()
        == f"""<script
  crossorigin
  src="graphql/libraries/@a/b@1.2.3/c/d.js"
  integrity="sha384-{HASH}"
></script>"""
    )


@pytest.mark.parametrize("content", [None, b"another file"])
def test_a_library_that_is_not_that_very_file_is_fetched_by_the_browser(
    folder: Path, content: bytes | None
) -> None:
    if content is not None:
        install(folder, content)

    made = Graphiql("/graphql", folder)

    assert made.files == {}
    assert made.page.decode() == SOURCE.partition("<script src")[0]


def test_every_library_of_the_page_is_pinned_and_checked() -> None:
    page = Graphiql("/graphql").page.decode()

    tags = [tag for tag in re.findall(r"<(?:script|link)\b[^>]*>", page) if tag != "<script>"]
    assert len(tags) == 6
    assert all('integrity="sha384-' in tag and re.search(r"@\d+\.\d+\.\d+/", tag) for tag in tags)


def test_the_first_queries_are_valid() -> None:
    texts = re.findall(r"const [A-Z]+ = `(.*?)`;", (FOLDER / "page.html").read_text(), re.DOTALL)
    schema = build_schema(sdl())

    assert len(texts) == 3
    assert [validate(schema, parse(text)) for text in texts] == [[], [], []]


async def test_a_browser_gets_the_page_where_programs_get_answers(service: RunningService) -> None:
    page = await service.http.get("/graphql", headers=PAGE)
    head = await service.http.head("/graphql", headers=PAGE)
    assert (page.status_code, head.status_code, head.content) == (200, 200, b"")
    assert b"<title>Whereabouts GraphiQL</title>" in page.content
    assert (await service.http.get("/graphql/libraries/x.js")).status_code == 404
    assert (await service.http.get("/graphql/libraries/../page.html")).status_code == 404


async def test_there_is_no_page_where_it_is_off_or_only_trusted_documents_are_answered(
    database_url, broadcast_url, tmp_path: Path
) -> None:
    manifest = tmp_path / "documents.json"
    manifest.write_text('{"abc": "{ position }"}')
    for options in (
        {"WHEREABOUTS_GRAPHIQL": "off"},
        {"WHEREABOUTS_DOCUMENTS": str(manifest), "WHEREABOUTS_DOCUMENTS_ONLY": "on"},
    ):
        async with running_service(build_settings(database_url, broadcast_url, **options)) as one:
            for path in ("/graphql", "/graphql/libraries/x.js"):
                assert (await one.http.get(path, headers=PAGE)).status_code == 404, path
            assert (await one.http.head("/graphql")).status_code == 200
