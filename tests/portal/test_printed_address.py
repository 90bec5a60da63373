"""The address on a printed page: by it, whoever has the paper finds the order again."""

import pytest

from tests.portal.page_text import PageText
from tests.portal.stub_site import TRACKING_ID, StubAsker, visiting

PRINT = f"/t/{TRACKING_ID}/print"
PUBLIC = "https://track.shop.example/parcels"
"""A public address may have a path."""


async def printed_address(public_address: str = "", **headers: str) -> str | None:
    async with visiting(StubAsker(), public_address=public_address) as client:
        reply = await client.get(PRINT, headers=headers)
    lines = PageText(reply.text).lines()
    found = [line for line in lines if "://" in line or "evil" in line]
    return found[0] if found else None


@pytest.mark.parametrize("host", ["shop.test", "evil.example"])
async def test_it_is_the_public_one_whatever_was_asked(host: str) -> None:
    assert await printed_address(PUBLIC, Host=host) == f"{PUBLIC}/t/{TRACKING_ID}"


@pytest.mark.parametrize("host", ["shop.test", "127.0.0.1:8000", "[::1]:8000"])
async def test_without_a_public_one_it_is_where_the_visitor_is(host: str) -> None:
    assert await printed_address(Host=host) == f"http://{host}/t/{TRACKING_ID}"


@pytest.mark.parametrize("host", ["evil.example/x", "evil.example<b>", "me@evil.example", ""])
async def test_what_is_not_a_host_is_not_printed(host: str) -> None:
    assert await printed_address(Host=host) is None


async def test_pages_that_are_kept_do_not_name_a_host() -> None:
    """Somebody else may be shown them again."""
    async with visiting(StubAsker()) as client:
        reply = await client.get(f"/t/{TRACKING_ID}", headers={"Host": "evil.example"})

    assert "evil" not in reply.text
