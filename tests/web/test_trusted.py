"""Trusted documents are requested by name on every transport; others can be forbidden."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from access.scopes import Scope
from portal.documents import read_documents
from tests.live_changes import make_pending_order
from tests.live_server import RunningService, build_settings, running_service
from tests.schema.manifests import (
    ALL,
    CREATE,
    FOLLOW,
    POSITION,
    VIEWER,
    build_apollo_manifest,
    build_relay_manifest,
    md5_of,
    sha256_of,
    write_manifest,
)

ANSWER = {"data": {"position": 0}}
FORMS = ("application/json", "application/graphql-response+json")


def persisted(text: str) -> dict[str, Any]:
    """The extensions with which Apollo's clients send a document's name."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256_of(text)}}}


NAMED: dict[str, dict[str, Any]] = {
    "by Apollo": persisted(POSITION),
    "by the appendix": {"documentId": f"sha256:{sha256_of(POSITION)}"},
    "by the appendix, as it is in the manifest": {"documentId": md5_of(POSITION)},
    "by Relay": {"doc_id": md5_of(POSITION)},
    "by others": {"id": md5_of(POSITION)},
    "beside an empty query": {"query": "", "documentId": md5_of(POSITION)},
    "beside null": {"query": None, "variables": None, "id": md5_of(POSITION)},
    "by its text": {"query": POSITION},
    "by its text, whatever the name": {"query": POSITION, **persisted("nothing"), "id": 5},
}


@pytest.fixture(params=["also", "only"])
async def service_with_relay(
    request: pytest.FixtureRequest, database_url: str, broadcast_url: str, tmp_path: Path
) -> AsyncGenerator[RunningService, None]:
    """A service with a manifest of Relay; other documents are answered too, or are refused."""
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_DOCUMENTS=str(write_manifest(tmp_path, build_relay_manifest(*ALL))),
        WHEREABOUTS_DOCUMENTS_ONLY="on" if request.param == "only" else "off",
    )
    async with running_service(settings) as service:
        yield service


@pytest.fixture
async def service_with_apollo(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> AsyncGenerator[RunningService, None]:
    """A service with a manifest of Apollo, which answers no other documents."""
    settings = build_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_DOCUMENTS=str(write_manifest(tmp_path, build_apollo_manifest(*ALL))),
        WHEREABOUTS_DOCUMENTS_ONLY="on",
    )
    async with running_service(settings) as service:
        yield service


def query_string(request: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in request.items()
        if value is not None
    }


async def test_a_document_is_requested_by_name_on_every_transport(
    service_with_relay: RunningService,
) -> None:
    for how, request in NAMED.items():
        posted = await service_with_relay.http.post("/graphql", json=request)
        fetched = await service_with_relay.http.get("/graphql", params=query_string(request))
        events = await service_with_relay.http.get(
            "/graphql", params=query_string(request), headers={"Accept": "text/event-stream"}
        )
        async with service_with_relay.socket() as socket:
            await socket.send(id="1", type="subscribe", payload=request)
            results = await socket.results(1)

        assert [posted.json(), fetched.json(), *results] == [ANSWER] * 3, how
        assert 'data: {"data":{"position":0}}\n' in events.text, how


async def test_variables_and_rights_apply_to_trusted_documents(
    service_with_relay: RunningService,
) -> None:
    request = {"documentId": md5_of(CREATE), "variables": {"name": "Customer 1"}}

    refused = await service_with_relay.http.post("/graphql", json=request)
    headers = await service_with_relay.headers(Scope.ORDERS_WRITE)
    done = await service_with_relay.http.post("/graphql", json=request, headers=headers)
    by_get = await service_with_relay.http.get(
        "/graphql", params={"id": md5_of(CREATE)}, headers=headers
    )

    forbidden = {"orderCreate": {"userErrors": [{"code": "FORBIDDEN"}]}}
    assert refused.json() == {"data": forbidden}
    assert done.json() == {"data": {"orderCreate": {"userErrors": []}}}
    assert by_get.status_code == 405
    assert (
        await service_with_relay.http.post("/graphql", json={"id": md5_of(POSITION)})
    ).json() == {"data": {"position": 1}}


async def test_a_subscription_is_followed_by_name(service_with_relay: RunningService) -> None:
    await make_pending_order(service_with_relay)
    request = {"documentId": md5_of(FOLLOW), "variables": {"after": 0}}
    headers = await service_with_relay.headers(Scope.ORDERS_READ)

    async with (
        service_with_relay.connect() as socket,
        service_with_relay.http.stream(
            "GET",
            "/graphql",
            params=query_string(request),
            headers=headers | {"Accept": "text/event-stream"},
        ) as response,
    ):
        await socket.init(headers)
        await socket.send(id="1", type="subscribe", payload=request)
        results = await socket.results(1)
        lines = response.aiter_lines()
        while not (line := await anext(lines)).startswith("data:"):
            pass

    assert results == [{"data": {"changes": {"position": 1}}}]
    assert json.loads(line.removeprefix("data:")) == results[0]


async def test_an_operation_of_a_trusted_document_is_chosen_by_name(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    file = write_manifest(tmp_path, {"both": f"{POSITION} {VIEWER}"})
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_DOCUMENTS=str(file))
    async with running_service(settings) as service:
        request = {"id": "both", "operationName": "Viewer"}
        response = await service.http.post("/graphql", json=request)

    assert response.json() == {"data": {"viewer": {"name": "anonymous"}}}


UNKNOWN = [persisted("{ a }"), {"documentId": "sha256:0"}, {"doc_id": "x"}, {"id": ""}]


async def assert_refused(service: RunningService, message: str, code: str) -> None:
    for form, status in zip(FORMS, (200, 400), strict=True):
        for request in UNKNOWN:
            response = await service.http.post("/graphql", json=request, headers={"Accept": form})

            error = {"message": message, "extensions": {"code": code}}
            assert (response.status_code, response.json()) == (status, {"errors": [error]})


async def test_an_unknown_name_gets_the_error_that_clients_know(
    service_with_relay: RunningService,
) -> None:
    await assert_refused(service_with_relay, "PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")


async def test_without_documents_clients_are_told_to_send_none_by_name(
    service: RunningService,
) -> None:
    await assert_refused(service, "PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")


OTHERS = ["{ position }", POSITION + " ", "{ __schema { queryType { name } } }", "{", ""]


async def test_only_trusted_documents_are_answered(service_with_apollo: RunningService) -> None:
    for query in OTHERS:
        refused = [
            await service_with_apollo.http.post(
                "/graphql", json={"query": query}, headers={"Accept": form}
            )
            for form in FORMS
        ]
        async with service_with_apollo.socket() as socket:
            await socket.subscribe("1", query)
            message = await socket.next()
        async with service_with_apollo.events(query, method="GET") as events:
            event, _ = await events.read_rest()

        assert [response.status_code for response in refused] == [200, 403]
        errors = [response.json()["errors"] for response in refused]
        errors += [message["payload"], json.loads(event["data"])["errors"]]
        for (error,) in errors:
            assert error["extensions"] == {"code": "FORBIDDEN"}
            assert error["message"].startswith("Only the documents that this service was given")


async def test_a_client_that_sends_the_text_of_an_unknown_document_is_refused(
    service_with_apollo: RunningService,
) -> None:
    """Apollo's client sends the text once it was told that the name is unknown."""
    query = "{ viewer { scopes } }"

    response = await service_with_apollo.http.post(
        "/graphql", json={"query": query, **persisted(query)}
    )

    assert response.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}
    assert (await service_with_apollo.post(VIEWER)).json() == {
        "data": {"viewer": {"name": "anonymous"}}
    }


async def test_without_the_setting_other_documents_are_answered_too(
    database_url: str, broadcast_url: str, tmp_path: Path
) -> None:
    file = write_manifest(tmp_path, build_relay_manifest(POSITION))
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_DOCUMENTS=str(file))
    async with running_service(settings) as service:
        assert (await service.post("{ position }")).json() == ANSWER
        tally = (await service.http.get("/readyz")).json()["operations"]

    assert (tally["trusted"], tally["documents"]) == (1 + len(read_documents()), 1)
