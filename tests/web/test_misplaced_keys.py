"""A client that sends its key where it is not read is told where the key belongs."""

import pytest

from access.scopes import Scope


@pytest.mark.parametrize(
    "payload",
    [
        {"token": "wa_live_1"},
        {"x-api-key": "wa_live_1"},
        {"headers": {"X-Auth-Token": "1"}},
        {"key": "Bearer wa_live_1"},
        {"auth": {"key": "wa_live_1"}},
        {"authToken": "Bearer eyJ.x.y", "locale": "de"},
        {"Authorization": None, "apiKey": ""},
    ],
)
async def test_a_key_under_a_name_that_is_not_read_is_told_where_it_belongs(service, payload):
    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=payload)

        assert await socket.close_code() == 4403
        assert socket.connection.close_reason == (
            'Forbidden: Send the API key in connectionParams as: {"Authorization": "Bearer <key>"}.'
        )


@pytest.mark.parametrize(
    "payload", [{}, {"locale": "de"}, {"headers": {}}, {"token": None}, {"headers": {"token": 5}}]
)
async def test_a_payload_without_a_key_is_anonymous(service, payload):
    async with service.connect() as socket:
        await socket.init(payload)
        await socket.subscribe("1", "{ viewer { name } }")

        assert await socket.results(1) == [{"data": {"viewer": {"name": "anonymous"}}}]


async def test_the_key_of_the_handshake_counts_whatever_the_init_names_else(service):
    async with service.connect(await service.headers(Scope.ANALYTICS_READ)) as socket:
        await socket.init({"token": "of another service"})
        await socket.subscribe("1", "{ viewer { scopes } }")

        assert await socket.results(1) == [{"data": {"viewer": {"scopes": ["ANALYTICS_READ"]}}}]
