"""Pages behind a proxy that serves the service below a path, as docs/operate.md configures it."""

from collections.abc import AsyncGenerator, Generator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from access.viewer import SYSTEM
from devservices.proxies import LEFT_OUT, Caddy, Nginx, Proxy, find_caddy, find_nginx
from tests.documentation import read_page
from tests.factories.acts import make_order
from tests.live_server import RunningService, running_service
from tests.needed_programs import need
from tests.pages.live_pages import expect_state
from tests.pages.shop_site import ShopSite
from tests.pages.visitors import Visitors
from tests.portal.links import build_link_settings, mailed_link
from tracking.orders.commands import hold_order
from unit_of_work.unit_of_work import Tracker

PREFIX = "/track"
OPERATE = read_page("docs/operate.md")
FIND = {Caddy: find_caddy, Nginx: find_nginx}
ON_HOLD = "Your order is on hold"
BUTTON_COLOR = "button => getComputedStyle(button).backgroundColor"
PLAIN_BUTTON = "rgb(239, 239, 239)"
"""The color of buttons that no style sheet has reached."""


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncGenerator[ShopSite, None]:
    async with ShopSite() as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def service(
    database_url: str, broadcast_url: str, shop: ShopSite
) -> AsyncGenerator[RunningService, None]:
    values = {
        "WHEREABOUTS_PUBLIC_URL": f"https://shop.example{PREFIX}",
        "WHEREABOUTS_EMBED_ORIGINS": shop.origin,
    }
    settings = build_link_settings(database_url, broadcast_url, **values)
    async with running_service(settings) as service:
        yield service


@pytest.fixture(params=FIND, ids=lambda kind: kind.name)
def site(request: pytest.FixtureRequest, service: RunningService) -> Generator[str, None, None]:
    """The address of the service behind a proxy with the printed block, but without https."""
    kind: type[Proxy] = request.param
    need(FIND[kind], LEFT_OUT)
    configure = caddy_block if kind is Caddy else nginx_block
    proxy = kind(lambda port: configure(port).replace("127.0.0.1:8000", service.address))
    proxy.start()
    yield f"http://127.0.0.1:{proxy.port}{PREFIX}"
    proxy.close()


def caddy_block(port: int) -> str:
    (block,) = OPERATE.blocks("caddyfile")
    return block.replace("shop.example {", f"http://127.0.0.1:{port} {{")


def nginx_block(port: int) -> str:
    (block,) = OPERATE.blocks("nginx")
    lines = [line for line in block.splitlines() if "ssl_certificate" not in line]
    return "\n".join(lines).replace("listen 443 ssl", f"listen 127.0.0.1:{port}")


async def expect_styled(page: Page) -> None:
    button = page.locator("main .button").first
    await expect(button).to_be_visible()
    assert await button.evaluate(BUTTON_COLOR) != PLAIN_BUTTON


async def test_the_page_is_styled_and_live(site: str, visitors: Visitors, tracker: Tracker) -> None:
    order = await make_order(tracker)

    page = await visitors.visit(f"{site}/t/{order.tracking_id}")
    await expect_styled(page)
    await expect_state(page, "live")
    await hold_order(tracker, SYSTEM, order.tracking_id, "a question")

    await expect(page.locator("h1")).to_have_text(ON_HOLD)


async def test_links_and_forms_work(
    site: str, service: RunningService, visitors: Visitors, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    address = f"{site}/t/{order.tracking_id}"
    token = await mailed_link(service, order)

    page = await visitors.visit(f"{address}?k={token}")
    await expect(page.locator("#personal")).to_be_visible()
    assert page.url == address
    await page.get_by_role("link", name="Print").click()
    await page.wait_for_url(f"{address}/print")
    await expect(page.locator("address")).to_be_visible()
    await page.get_by_role("link", name="Back to the order").click()
    await page.get_by_role("button", name="Hide it on this device").click()
    await expect(page.locator("#unlock")).to_be_visible()
    await page.get_by_role("link", name="Deutsch").click()

    await page.wait_for_url(f"{address}?lang=de")
    await page.goto(f"{site}/track")
    await page.get_by_label("Tracking number").fill(order.tracking_id)
    await page.locator(".track-form button").click()
    await page.wait_for_url(f"{address}?lang=en")


async def test_the_script_for_shops_finds_the_service(
    site: str, shop: ShopSite, visitors: Visitors, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    origin = site.removesuffix(PREFIX)
    body = (
        f'<script type="module" src="{site}/widget.js"></script>'
        f'<whereabouts-tracker order="{order.tracking_id}"></whereabouts-tracker>'
    )

    page = await visitors.visit(shop.show(body, origin), origin)

    frame = page.frame_locator("iframe")
    await expect(frame.locator("[data-word=live]")).to_be_visible()
    content = await frame.locator("body").evaluate("body => body.scrollHeight")
    await expect(page.locator("iframe")).to_have_attribute("height", str(content))
