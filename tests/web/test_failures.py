"""Failures of the endpoint itself tell clients to come back, and are logged once."""

import pytest

from errors import Unavailable
from tests.live_changes import FOLLOW_ALL, READER_SCOPES
from tests.live_server import RunningService
from tests.web.failing_stub import FailingStub

OUTAGE, BUG = Unavailable(), RuntimeError("a bug")


@pytest.mark.parametrize(("error", "code"), [(OUTAGE, 1013), (BUG, 1012)])
async def test_a_failure_at_the_init_closes_so_that_clients_return(
    service: RunningService, monkeypatch, caplog, error, code
):
    headers = await service.headers(*READER_SCOPES)
    monkeypatch.setattr("access.key_cache.KeyCache.viewer", FailingStub(error))

    async with service.connect() as socket:
        await socket.send(type="connection_init", payload=headers)
        assert await socket.close_code() == code
    async with service.connect(headers) as socket:
        assert await socket.close_code() == code

    traces = [record for record in caplog.records if record.exc_info]
    assert len(traces) == (2 if error is BUG else 0)
    assert len(service.connections) == 0


@pytest.mark.parametrize(("error", "code"), [(OUTAGE, 1013), (BUG, 1012)])
async def test_a_failure_at_a_subscribe_closes_so_that_clients_return(
    service, monkeypatch, caplog, error, code
):
    monkeypatch.setattr("subscriptions.registry.SubscriptionRegistry.follower", FailingStub(error))

    async with service.socket(*READER_SCOPES) as socket:
        for id_ in ("1", "2", "3"):
            await socket.subscribe(id_, FOLLOW_ALL)
        assert await socket.close_code() == code

    records = [record for record in caplog.records if record.name == "whereabouts.schema"]
    assert len(records) == 1
    assert bool(records[0].exc_info) == (error is BUG)
