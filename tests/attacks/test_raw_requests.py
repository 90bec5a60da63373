"""Requests that no HTTP library would send are refused, or answered like any other."""

import pytest

from access.scopes import Scope
from benchmarks.attacks.raw_request import request, send
from benchmarks.attacks.raw_requests import all_raw_requests
from tests.live_server import build_settings, running_service
from web.uvicorn_protocols import HEAD_BYTES

ATTACKS = all_raw_requests()


async def test_every_raw_request_gets_its_answer(
    database_url: str, broadcast_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = build_settings(database_url, broadcast_url, WHEREABOUTS_INTROSPECTION="off")
    async with running_service(settings) as service:
        key = await service.key(Scope.ADMIN)
        answers = {
            name: await send(service.address, attack.sent, key) for name, attack in ATTACKS.items()
        }
        alive = await service.fetch("{ position }")

    assert {name: str(answer) for name, answer in answers.items()} == {
        name: attack.answer for name, attack in ATTACKS.items()
    }
    heads = b"".join(answer.head for answer in answers.values()).lower()
    assert b"evil" not in heads
    assert b"set-cookie" not in heads
    assert [name for name, answer in answers.items() if b"Did you mean" in answer.body] == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []
    assert alive == {"position": 0}


async def test_a_head_that_arrives_at_once_is_bounded_too(
    database_url: str, broadcast_url: str
) -> None:
    line = f"GET /livez?{'a' * (HEAD_BYTES - 100)}"
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        short = await send(service.address, request(line))
        long = await send(service.address, request(f"{line}{'a' * 100}"))

    assert (str(short), str(long)) == ("200", "400")
