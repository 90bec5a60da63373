"""Content negotiation picks the form of an answer that the client's headers prefer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live_server import RunningService
from web.graphql import content_negotiation
from web.graphql.content_negotiation import Accepted, ResponseForm, accepted, is_json

JSON, GRAPHQL = ResponseForm.JSON, ResponseForm.GRAPHQL
EVENTS = "text/event-stream"
FORMS: dict[str, ResponseForm | None] = {
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "application/json": JSON,
    "APPLICATION/JSON": JSON,
    "application/json; charset=utf-8": JSON,
    'application/json;charset="UTF-8"': JSON,
    "application/json;charset=latin-1": None,
    "application/graphql-response+json": GRAPHQL,
    "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8": GRAPHQL,
    "application/graphql-response+json, application/json;q=0.9": GRAPHQL,
    "application/json, application/graphql-response+json": JSON,
    "application/json;q=0.9,application/graphql-response+json": GRAPHQL,
    "application/json;q=0.4, */*;q=0.5": GRAPHQL,
    "application/json;q=0, */*": GRAPHQL,
    "application/json;q=0, application/*;q=0.1": GRAPHQL,
    "*/*;q=0.1, application/graphql-response+json;q=0.2": GRAPHQL,
    "application/json;q=0": None,
    "*/*;q=0": None,
    "application/*;q=0, */*": None,
    "application/graphql+json, application/json, multipart/mixed": JSON,
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": JSON,
    "application/json;q=nan": JSON,
    "application/json;q=5, application/graphql-response+json": JSON,
    "application/json ; q = 0.1 , application/graphql-response+json ; q = 0.2": GRAPHQL,
    ",,application/json;;q,": JSON,
    "text/html": None,
    "image/png, text/*": None,
    "text/html, image/gif, *; q=.2": JSON,
    'application/json;profile="a;q=0"': JSON,
    "application/json/x": None,
    "json": None,
    "application/json" + " " * 500: JSON,
}


@pytest.mark.parametrize("header", FORMS)
def test_the_media_type_is_the_preferred_one(header: str) -> None:
    assert accepted(header.encode()).form is FORMS[header]


def test_a_client_without_a_preference_gets_json() -> None:
    assert accepted(None) == Accepted(JSON, False, False, False)


ACCEPTED = {
    EVENTS: (True, True),
    f"{EVENTS}; charset=utf-8": (True, True),
    f"{EVENTS}, application/json": (True, True),
    f"application/json;q=0.9, {EVENTS}": (True, True),
    f"{EVENTS}, */*": (True, True),
    f"application/json, {EVENTS}": (True, False),
    f"*/*, {EVENTS};q=0.9": (True, False),
    f"{EVENTS};q=0.1, application/graphql-response+json;q=0.2": (True, False),
    f"{EVENTS};q=0, application/json": (False, False),
    "*/*": (False, False),
    "text/*": (False, False),
    f"text/*, {EVENTS};q=0": (False, False),
}


@pytest.mark.parametrize("header", ACCEPTED)
def test_event_streams_are_for_clients_that_name_them(header: str) -> None:
    takes = accepted(header.encode())

    assert (takes.takes_events, takes.wants_events) == ACCEPTED[header]


def test_the_page_is_for_clients_that_prefer_html() -> None:
    browser = b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert accepted(browser).wants_page
    assert accepted(b"text/html;q=0, text/html").wants_page
    for header in (b"*/*", b"text/*", b"application/json, text/html", b"text/html;q=0"):
        assert not accepted(header).wants_page


def test_a_header_is_read_to_a_certain_length() -> None:
    many = b"a/b," * (content_negotiation.PARSED_LENGTH // 4)

    assert accepted(many[4:] + b"*/*").form is JSON
    assert accepted(many + b"*/*").form is None


async def test_two_accept_headers_are_one_list(service: RunningService) -> None:
    body = b'{"query":"{ position }"}'
    twice = [("Accept", "image/png"), ("Accept", "application/graphql-response+json")]
    kind = ("Content-Type", "application/json")

    response = await service.http.post("/graphql", content=body, headers=[*twice, kind])
    mixed = await service.http.post("/graphql", content=body, headers=[kind, kind])

    assert response.headers["content-type"].startswith("application/graphql-response+json")
    assert mixed.status_code == 415


@given(st.binary(max_size=300))
def test_no_header_causes_an_internal_error(header: bytes) -> None:
    assert accepted(header).form in (*ResponseForm, None)
    assert is_json(header) in (True, False)


SENT = {
    "application/json": True,
    "application/json; charset=utf-8": True,
    "Application/JSON;charset=UTF-8": True,
    'application/json; charset="utf-8"': True,
    "application/json; profile=x": True,
    "application/json; charset=utf-16": False,
    "application/json; charset=iso-8859-1": False,
    "application/graphql": False,
    "application/jsonx": False,
    "text/plain": False,
    "": False,
}


@pytest.mark.parametrize("kind", SENT)
async def test_a_request_is_sent_as_json_in_utf_8(service: RunningService, kind: str) -> None:
    content = '{"query":"{ __type(name: \\"Käse🧀\\") { name } }"}'.encode()

    response = await service.http.post("/graphql", content=content, headers={"Content-Type": kind})

    assert response.status_code == (200 if SENT[kind] else 415)
    if not SENT[kind]:
        (error,) = response.json()["errors"]
        assert error["extensions"] == {"code": "INVALID"}
        assert "Content-Type: application/json, in UTF-8" in error["message"]


async def test_a_compressed_body_is_refused(service: RunningService) -> None:
    for coding, status in (("identity", 200), ("gzip", 415), ("br", 415)):
        headers = {"Content-Type": "application/json", "Content-Encoding": coding}
        response = await service.http.post(
            "/graphql", content=b'{"query":"{ position }"}', headers=headers
        )
        assert response.status_code == status


async def test_a_client_that_accepts_no_offered_type_is_told_the_offered_ones(
    service: RunningService,
) -> None:
    query = {"query": "{ position }"}
    for accept in ("text/html", "image/png", "application/json;q=0"):
        headers = {"Accept": accept}
        posted = await service.http.post("/graphql", json=query, headers=headers)
        fetched = await service.http.get("/graphql", params=query, headers=headers)

        for response in (posted, fetched):
            assert response.status_code == 406
            assert response.headers["content-type"] == "application/json; charset=utf-8"
            assert "text/event-stream" in response.json()["errors"][0]["message"]
