"""What a request's head says comes from its head alone, and answers do not repeat it."""

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from access.scopes import Scope
from tests.live_server import RunningService
from tests.raw_clients import raw_client

JSON = {"Content-Type": "application/json"}
QUERY = b'{"query":"{viewer{name}}"}'
HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n"
)


def chunked(headers: bytes, trailers: bytes) -> bytes:
    return HEAD + headers + b"\r\n%x\r\n" % len(QUERY) + QUERY + b"\r\n0\r\n" + trailers + b"\r\n"


async def test_a_key_in_a_trailer_is_no_key(service: RunningService) -> None:
    key = (await service.key(Scope.ORDERS_READ)).encode()
    header = b"Authorization: Bearer " + key + b"\r\n"

    in_trailer = await _name_in_answer(service, b"", header)
    in_head = await _name_in_answer(service, header, b"")
    in_both = await _name_in_answer(service, header, header)

    assert (in_trailer, in_head, in_both) == (b"anonymous", b"key 0", b"key 0")


async def _name_in_answer(service: RunningService, headers: bytes, trailers: bytes) -> bytes:
    async with raw_client(service.address) as client:
        await client.write(chunked(headers, trailers))
        answer = await client.read_until(b'"}}}')
    return answer.rpartition(b'"name":"')[2].removesuffix(b'"}}}')


async def test_the_head_of_the_next_request_on_a_connection_counts(
    service: RunningService,
) -> None:
    key = (await service.key(Scope.ORDERS_READ)).encode()
    header = b"Authorization: Bearer " + key + b"\r\n"
    async with raw_client(service.address) as client:
        await client.write(chunked(b"", header))
        assert b'"name":"anonymous"' in await client.read_until(b'"}}}')
        await client.write(chunked(header, b""))
        assert b'"name":"key 0"' in await client.read_until(b'"}}}')


@pytest.mark.parametrize("path", ["/livez/", "/readyz/"])
async def test_nobody_is_redirected_to_the_host_that_the_request_names(
    service: RunningService, path: str
) -> None:
    for headers in ({"Host": "evil.example"}, {"Host": "evil.example", "Origin": "https://x.org"}):
        response = await service.http.get(path, headers=headers)

        assert response.status_code == 404
        assert "location" not in response.headers
        assert "evil" not in response.text


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
async def test_a_slash_behind_the_path_changes_no_answer(
    service: RunningService, path: str
) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": f"http://{service.address}"}):
        posted = await service.http.post(path, content=QUERY, headers=JSON | headers)
        got = await service.http.get(path, params={"query": "{viewer{name}}"}, headers=headers)

        for response in (posted, got):
            assert response.status_code == 200
            assert response.json() == {"data": {"viewer": {"name": "anonymous"}}}
            assert "location" not in response.headers


async def test_a_websocket_opens_at_the_path_with_a_slash(service: RunningService) -> None:
    url = f"ws://{service.address}/graphql/"
    async with connect(url, subprotocols=[Subprotocol("graphql-transport-ws")]) as websocket:
        await websocket.send('{"type":"connection_init"}')

        assert await websocket.recv() == '{"type":"connection_ack"}'
