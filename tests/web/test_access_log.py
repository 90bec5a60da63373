"""Each operation has a line in the access log, with names and codes and without values."""

import logging
import re
from collections.abc import Iterator

import pytest

from access.scopes import Scope
from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import RunningService
from tests.timeouts import poll_until

MS = re.compile(r"^ms=\d+\.\d ")
FOLLOW_ALL_HASH = "sha256:180900b59faeacd0"


@pytest.fixture(autouse=True)
def _info(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "whereabouts.access"):
        yield


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the access log without their times."""
    texts = [
        record.getMessage() for record in caplog.records if record.name == "whereabouts.access"
    ]
    assert all(MS.match(text) for text in texts), texts
    return [MS.sub("", text) for text in texts]


async def test_an_operation_over_http_has_a_line(service: RunningService, caplog) -> None:
    key = await service.headers(Scope.ORDERS_READ)
    request = {
        "query": "query Where($id: ID!) { order(trackingId: $id) { status } }",
        "variables": {"id": "WA-SECRET"},
    }

    response = await service.http.post(
        "/graphql", json=request, headers=key | {"X-Request-Id": "trace-1"}
    )

    assert response.headers["X-Request-Id"] == "trace-1"
    assert lines(caplog) == [
        'key="key 0" client=127.0.0.1 type=query operation=Where status=200 errors=-'
        " request=trace-1"
    ]


REFUSED = {
    "an unknown field": (
        {"query": "query A { nothing }"},
        "key=anonymous client=127.0.0.1 type=- operation=sha256:ac6f93317f0596ce status=200"
        " errors=GRAPHQL_VALIDATION_FAILED request=1",
    ),
    "no request": (
        [],
        "key=anonymous client=127.0.0.1 type=- operation=- status=400 errors=INVALID request=1",
    ),
    "no name": (
        {"query": "{ viewer { name } }"},
        "key=anonymous client=127.0.0.1 type=query operation=sha256:3f9a5fe58741fdcb status=200"
        " errors=- request=1",
    ),
    "two errors of one code": (
        {"query": "query A { changes { nodes { position } } b: changes { nodes { position } } }"},
        "key=anonymous client=127.0.0.1 type=query operation=A status=200 errors=FORBIDDEN"
        " request=1",
    ),
    "a long name": (
        {"query": f"query {'A' * 200} {{ position }}"},
        f"key=anonymous client=127.0.0.1 type=query operation={'A' * 100} status=200 errors=-"
        " request=1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_line_has_the_codes_and_a_bounded_name(service: RunningService, caplog, name):
    body, line = REFUSED[name]

    await service.http.post("/graphql", json=body, headers={"X-Request-Id": "1"})

    assert lines(caplog) == [line]


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "ä", "a\tb"])
async def test_an_id_that_is_not_well_formed_is_replaced(service: RunningService, given):
    ids = set()
    for _ in range(2):
        response = await service.http.post(
            "/graphql", json={"query": "{ position }"}, headers={"X-Request-Id": given.encode()}
        )
        ids.add(response.headers["X-Request-Id"])

    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{12}-[0-9a-f]+", id_) for id_ in ids)


async def test_operations_of_a_websocket_have_lines_with_how_they_ended(service, caplog):
    async with service.connect({"X-Request-Id": "ws1"}) as socket:
        assert socket.connection.response.headers["X-Request-Id"] == "ws1"
        await socket.init(await service.headers(*READER_SCOPES))
        await socket.subscribe("a", "query Name { viewer { name } }")
        assert [(await socket.next())["type"] for _ in range(2)] == ["next", "complete"]
        await socket.subscribe("b", "{ nothing }")
        assert (await socket.next())["type"] == "error"
        await socket.subscribe("c d", FOLLOW_ALL)
        await socket.subscribe("e", FOLLOW_ALL)
        await socket.subscribe("f", "query Last { position }")
        await socket.next()
        await socket.next()
        await socket.send(id="e", type="complete")
        await poll_until(lambda: len(lines(caplog)) == 4)
    await poll_until(lambda: len(lines(caplog)) == 5)

    follow = f"type=subscription operation={FOLLOW_ALL_HASH}"
    nothing = "type=- operation=sha256:919c0b7aa452b0b2"
    assert [line.removeprefix('key="key 0" client=127.0.0.1 ') for line in lines(caplog)] == [
        "type=query operation=Name status=complete errors=- request=ws1/a",
        f"{nothing} status=error errors=GRAPHQL_VALIDATION_FAILED request=ws1/b",
        "type=query operation=Last status=complete errors=- request=ws1/f",
        f"{follow} status=stopped errors=- request=ws1/e",
        f"{follow} status=1000 errors=- request=ws1",
    ]


async def test_a_websocket_that_is_closed_here_has_a_line(service: RunningService, caplog) -> None:
    async with service.connect({"X-Request-Id": "ws1"}) as socket:
        await socket.send(
            type="connection_init", payload={"Authorization": "Bearer wa_live_secret"}
        )
        assert await socket.close_code() == 4403
    async with service.connect({"X-Request-Id": "ws2"}, protocols=()) as socket:
        assert await socket.close_code() == 4406
    await service.handshake_refusal({"X-Request-Id": "ws3", "Origin": "https://a.example"})

    start = "key=anonymous client=127.0.0.1 type=- operation=- "
    assert lines(caplog) == [
        f"{start}status=4403 errors=- request=ws1",
        f"{start}status=4406 errors=- request=ws2",
        f"{start}status=403 errors=FORBIDDEN request=ws3",
    ]


async def test_an_event_stream_has_its_line_at_its_end(service: RunningService, caplog) -> None:
    async with service.events(FOLLOW_ALL, *READER_SCOPES, headers={"X-Request-Id": "s"}) as events:
        assert events.response.headers["X-Request-Id"] == "s"
        await events.next()
        assert lines(caplog) == []
    await poll_until(lambda: lines(caplog) != [])

    (line,) = lines(caplog)
    assert line.startswith('key="key 0" client=127.0.0.1 type=subscription operation=')
    assert line.endswith(" status=200 errors=- request=s")


async def test_lines_that_nobody_wants_are_not_made(service: RunningService, caplog) -> None:
    with caplog.at_level(logging.WARNING, "whereabouts.access"):
        response = await service.post("{ position }")

    assert response.headers["X-Request-Id"] != ""
    assert lines(caplog) == []
