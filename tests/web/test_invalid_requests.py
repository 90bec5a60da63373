"""Invalid requests are answered in JSON, with a code and advice, and never with a 5xx status."""

import asyncio
import json
from typing import Any

import pytest

from access.scopes import Scope
from tests.live_server import RunningService
from web.request_body import MAXIMUM_BODY

TWO_OPERATIONS = "query A { position } query B { viewer { name } }"


def body(query: str = "{ position }", **more: Any) -> bytes:
    return json.dumps({"query": query, **more}).encode()


BODIES = {
    "nothing": (b"", 400),
    "half of it": (b'{"query":', 400),
    "no text": (b"\xff\xfe\x00", 400),
    "a number": (b"3", 400),
    "null": (b"null", 400),
    "a batch": (b"[" + body() + b"]", 400),
    "text": (b'"{ position }"', 400),
    "no query": (b"{}", 400),
    "a null query": (b'{"query": null}', 400),
    "a query that is not a text": (b'{"query": 5}', 400),
    "a query in a list": (b'{"query": ["{ position }"]}', 400),
    "variables in a list": (body(variables=[]), 400),
    "extensions as text": (body(extensions="x"), 400),
    "a name of a document that is a number": (b'{"documentId": 5}', 400),
    "a hash that is a number": (
        b'{"extensions": {"persistedQuery": {"sha256Hash": 5}}}',
        400,
    ),
    "an operation name that is a number": (body(operationName=5), 400),
    "deep JSON": (b'{"query":"{position}","variables":' + b"[" * 100_000 + b"]" * 100_000, 400),
    "deep objects": (b'{"a":' * 100_000, 400),
    "a number of 100,000 digits": (b'{"variables":{"a":' + b"9" * 100_000 + b"}}", 400),
    "a number beyond floats": (b'{"variables":{"a":1e999}}', 400),
    "no number": (b'{"variables":{"a":NaN}}', 400),
    "a lone surrogate": (b'{"query":"{position}","variables":{"a":"\\ud800"}}', 400),
    "two MiB": (body("{ position }" + " " * 2 * MAXIMUM_BODY), 413),
    "a subscription": (body("subscription { changes { position } }"), 400),
}


@pytest.fixture
async def service(service: RunningService, caplog):
    """The service; the test fails if an exception was logged."""
    yield service
    records = caplog.get_records("call")
    assert [record.getMessage() for record in records if record.exc_info] == []


def assert_refused(response: Any, status: int, code: str = "INVALID") -> None:
    assert response.status_code == status, response.text
    for error in response.json()["errors"]:
        assert error["message"]
        assert error["extensions"]["code"] == code


@pytest.mark.parametrize("form", ["application/json", "application/graphql-response+json"])
async def test_an_invalid_request_body_is_refused(service, form):
    for content, status in BODIES.values():
        headers = {"Content-Type": "application/json", "Accept": form}
        response = await service.http.post("/graphql", content=content, headers=headers)

        code = "LIMIT_EXCEEDED" if status == 413 else "INVALID"
        assert_refused(response, status, code)
        assert response.headers["content-type"] == f"{form}; charset=utf-8"


async def test_a_body_without_a_length_is_cut_off_at_the_limit(service):
    async def endless():
        for _ in range(20):
            yield b" " * 100_000

    response = await service.http.post(
        "/graphql", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert_refused(response, 413, "LIMIT_EXCEEDED")


async def test_a_form_is_refused(service):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        response = await service.http.post(
            "/graphql", content=body(), headers={"Content-Type": kind}
        )
        assert_refused(response, 415)


async def test_a_batch_is_told_to_send_each_operation_alone(service):
    response = await service.http.post("/graphql", json=[{"query": "{ position }"}])

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == (
        "Send each operation in a request of its own: lists of operations are not taken. A document"
        " may select several root fields."
    )


async def test_get_answers_queries_and_refuses_mutations(service):
    mutation = 'mutation { orderConfirm(trackingId: "x") { userErrors { code } } }'
    refused = await service.http.get("/graphql", params={"query": mutation})
    assert_refused(refused, 405)
    assert refused.headers["Allow"] == "POST"
    subscription = {"query": "subscription { changes { position } }"}
    assert_refused(await service.http.get("/graphql", params=subscription), 400)
    for variables in ("nope", "[]", "5"):
        params = {"query": "{ position }", "variables": variables}
        assert_refused(await service.http.get("/graphql", params=params), 400)

    params = {"query": "{ position }", "variables": '{"operationName": 5}'}
    answer = await service.http.get("/graphql", params=params)
    assert answer.json() == {"data": {"position": 0}}


async def test_other_methods_are_not_allowed(service):
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        refused = await service.http.request(method, "/graphql")
        assert_refused(refused, 405)
        assert refused.headers["Allow"] == "GET, HEAD, POST"


async def test_a_client_that_hangs_up_midway_logs_no_error(service):
    host, port = service.address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    )
    await writer.drain()
    await asyncio.sleep(0.1)  # The server has begun to read by then.
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.1)

    assert (await service.post("{ position }")).status_code == 200


def fragments(count: int) -> str:
    """Fragments that each spread the next twice: 2 to the power of `count` fields in few bytes."""
    chain = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(count))
    return f"{{ ...F0 }} {chain} fragment F{count} on Query {{ position }}"


SYNTAX, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
LIMIT = "LIMIT_EXCEEDED"
DOCUMENTS = {
    "no GraphQL": ("{ viewer {", SYNTAX),
    "a stray character": ("{ position ~ }", SYNTAX),
    "an unknown field": ("{ nothing }", VALIDATION),
    "an unknown argument": ("{ orders(offset: 3) { totalCount } }", VALIDATION),
    "a missing argument": ("{ node { id } }", VALIDATION),
    "a circle of fragments": ("{ ...A } fragment A on Query { ...A }", VALIDATION),
    "20 fragments": (fragments(20), LIMIT),
    "60 fragments": (fragments(60), LIMIT),
    "deep braces": ("{" + "... {" * 1300 + "position" + "}" * 1301, SYNTAX),
    "deep lists": ("{ nodes(ids: " + "[" * 1900 + "]" * 1900 + ") { id } }", SYNTAX),
    "a field under 1300 names": ("{" + " ".join(f"a{n}:position" for n in range(1300)) + "}", None),
    "the same field 1900 times": ("{" + "position " * 1900 + "}", LIMIT),
    "5000 tokens": ("{" + "position " * 5000 + "}", SYNTAX),
    "a wrong literal": ("{ changes(after: -1) { totalCount } }", VALIDATION),
    "a time without a zone": (
        '{ orders(filter: {placedAt: {from: "2026-01-01T00:00:00"}}) { totalCount } }',
        VALIDATION,
    ),
    "an unknown enum value": ("{ orders(filter: {status: [LOST]}) { totalCount } }", VALIDATION),
}


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_an_invalid_document_is_refused(service, name):
    query, code = DOCUMENTS[name]

    response = await service.post(query, Scope.ORDERS_READ)

    if code is not None:
        assert_refused(response, 200, code)
        assert "data" not in response.json()


async def test_nested_filters_have_a_limit(service):
    deep: dict[str, Any] = {}
    for _ in range(400):
        deep = {"and": [deep]}
    query = "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }"

    wide = await service.post(query, Scope.ORDERS_READ, f={"or": [{}] * 60})
    response = await service.post(query, Scope.ORDERS_READ, f=deep)

    assert_refused(wide, 200, LIMIT)
    assert response.json()["errors"][0]["extensions"]["code"] in (LIMIT, VALIDATION)
