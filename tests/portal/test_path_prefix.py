"""Behind a proxy that serves the service below a path, all addresses on pages begin with it."""

import re
from collections.abc import AsyncGenerator, Sequence

import httpx2
import pytest

from tests.factories.acts import make_order
from tests.live_server import RunningService, running_service
from tests.portal.links import OWN_PAGE, UNKNOWN_ID, build_link_settings, mailed_link
from unit_of_work.unit_of_work import Tracker
from urls import public_path

PREFIX = "/parcels"
PAGES = (
    *("/t/{id}", "/t/{id}?lang=de", "/t/{id}/print", "/t/{id}/embed", "/t/{id}/lock"),
    *("/track", "/track?id=WA-1", f"/t/{UNKNOWN_ID}", f"/t/{UNKNOWN_ID}/embed"),
)
ATTRIBUTE = re.compile(r'\s(href|src|srcset|action|data-live)="([^"#][^"]*)"')


@pytest.fixture
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    """The service as a proxy calls it: without the prefix, which its public address has."""
    url = {"WHEREABOUTS_PUBLIC_URL": f"https://shop.example{PREFIX}/"}
    async with running_service(build_link_settings(database_url, broadcast_url, **url)) as service:
        yield service


def own_addresses(reply: httpx2.Response) -> Sequence[str]:
    """The addresses in a page that lead to its own host."""
    found = [address for _, address in ATTRIBUTE.findall(reply.text)]
    return [address for address in found if ":" not in address.partition("?")[0]]


@pytest.mark.parametrize("is_linked", [False, True], ids=["a stranger", "by link"])
async def test_every_address_on_a_page_begins_with_the_prefix(
    is_linked: bool, service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    cookie = {"Cookie": f"wa_link={await mailed_link(service, order)}"} if is_linked else {}

    for path in PAGES:
        reply = await service.http.get(path.format(id=order.tracking_id), headers=cookie)
        addresses = own_addresses(reply)
        assert len(addresses) >= 3, path
        assert [one for one in addresses if not one.startswith(f"{PREFIX}/")] == [], path


async def test_the_page_follows_its_order_and_sends_its_forms_below_the_prefix(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    reply = await service.http.get(f"/t/{order.tracking_id}")

    assert f'data-live="{PREFIX}/graphql?documentId=' in reply.text
    assert f'action="{PREFIX}/t/{order.tracking_id}/unlock?lang=en#proof"' in reply.text
    assert f'href="{PREFIX}/t/{order.tracking_id}/print"' in reply.text
    assert f'href="{PREFIX}/t/{order.tracking_id}?lang=de"' in reply.text
    assert f'<a class="live-again" href="{PREFIX}/t/{order.tracking_id}">' in reply.text


async def test_a_printed_page_names_the_address_with_the_prefix(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)

    printed = await service.http.get(f"/t/{order.tracking_id}/print")

    assert f">https://shop.example{PREFIX}/t/{order.tracking_id}<" in printed.text


async def test_whoever_is_led_on_stays_below_the_prefix(
    service: RunningService, tracker: Tracker
) -> None:
    id_ = (await make_order(tracker)).tracking_id
    paths = ["/", f"/track?id={id_}", f"/t/{id_.lower()}/print?lang=de", "/widget.js"]
    replies = [await service.http.get(path) for path in paths]

    targets = [reply.headers["location"] for reply in replies]
    assert targets[:3] == [
        f"{PREFIX}/track",
        f"{PREFIX}/t/{id_}",
        f"{PREFIX}/t/{id_}/print?lang=de",
    ]
    assert targets[3].startswith(f"{PREFIX}/assets/")


async def test_the_cookie_of_a_link_is_for_the_orders_page_below_the_prefix(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    page = f"{PREFIX}/t/{order.tracking_id}"
    token = await mailed_link(service, order)
    entered = await service.http.get(f"/t/{order.tracking_id}?k={token}")
    locked = await service.http.post(f"/t/{order.tracking_id}/lock", headers=OWN_PAGE)
    refused = await service.http.get(f"/t/{order.tracking_id}", headers={"Cookie": "wa_link=wrong"})

    assert (entered.headers["location"], locked.headers["location"]) == (page, page)
    for reply in (entered, locked, refused):
        assert f"; Path={page}; " in reply.headers["set-cookie"]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("", ""),
        ("https://shop.example", ""),
        ("https://shop.example/track", "/track"),
        ("https://shop.example//shop/our orders;x", "/shop/our%20orders%3Bx"),
        ("https://shop.example/a%20b/@c", "/a%20b/@c"),
    ],
)
def test_the_prefix_is_the_path_of_the_public_address(url: str, path: str) -> None:
    assert public_path(url) == path
