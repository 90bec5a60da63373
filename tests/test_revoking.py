"""Revoking a key: an open websocket does nothing more with it."""

import pytest

from auth import Scope
from models.api_keys import ApiKey
from resolvers import viewers
from tests.serving import serving, settings_of
from tracking.api_keys import revoke_key

READ = "{ orders { totalCount } }"


async def test_a_revoked_key_starts_nothing_more_on_an_open_websocket(
    database_url: str, broadcast_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewers, "REMEMBERED_SECONDS", 0.0)

    async with (
        serving(settings_of(database_url, broadcast_url)) as service,
        service.socket(Scope.ORDERS_READ) as socket,
    ):
        await socket.subscribe("1", READ)
        assert (await socket.results(1)) == [{"data": {"orders": {"totalCount": 0}}}]
        assert (await socket.next())["type"] == "complete"

        await revoke_key((await ApiKey.get()).id)
        await socket.subscribe("2", READ)

        assert await socket.closed() == 4403
