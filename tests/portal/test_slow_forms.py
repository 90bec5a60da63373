"""Forms arrive soon, or nobody waits for them any longer."""

import asyncio

import pytest

from portal import forms
from tests.live_server import RunningService
from tests.raw_clients import raw_client

HEADERS = (
    "Content-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 100\r\nSec-Fetch-Site: same-origin\r\n"
)


@pytest.mark.parametrize("path", ["/track", "/t/WA-0000-0000-0000-0000-0/unlock"])
async def test_a_form_that_does_not_come_is_refused(
    service: RunningService, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(forms, "FORM_SECONDS", 0.1)
    origin = f"Origin: http://{service.address}\r\nHost: {service.address}\r\n"

    async with asyncio.timeout(5), raw_client(service.address) as client:
        await client.write(f"POST {path} HTTP/1.1\r\n{origin}{HEADERS}\r\npart".encode())
        reply = await client.read_until(b"\r\n")

    assert reply.startswith(b"HTTP/1.1 408 ")
