"""An order in a page of a shop: in its frame, live, as high as it is, and on no other site."""

import re
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

from access.scopes import Scope
from devservices.chromium import find_chromium
from tests.live_server import RunningService, build_settings, running_service
from tests.pages.accessibility import axe_violations, overflowing_elements
from tests.pages.conftest import TakeScreenshot
from tests.pages.shop_site import ShopSite
from tests.pages.visitors import FLAGS, Visitors

PLACE = """mutation {
  orderCreate(input: {
    idempotencyKey: "embed", currency: "EUR",
    customer: {name: "Hidden Name", email: "hidden@example.com"},
    shippingAddress: {line1: "Hidden Street 1", city: "Berlin", country: "DE"},
    items: [{sku: "MUG", name: "Mug", quantity: 1, unitPrice: "9.99"}]
  }) { order { trackingId } }
}"""
HOLD = """mutation ($id: ID!) {
  orderHold(trackingId: $id, reason: "A question") { userErrors { message } }
}"""
ON_HOLD = re.compile("on hold$", re.IGNORECASE)
STORES = "() => { try { return sessionStorage.length >= 0 } catch { return false } }"
"""Whether a page may remember something."""
REFUSED = ("frame-ancestors", "chrome-error", "ERR_BLOCKED_BY_RESPONSE")
"""What Chromium says about a frame that it does not show."""
WITHOUT_STORAGE = "--test-third-party-cookie-phaseout"
"""Chromium then gives the frames of other sites no cookies and no storage."""


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncGenerator[ShopSite, None]:
    async with ShopSite() as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def service(
    database_url: str, broadcast_url: str, shop: ShopSite
) -> AsyncGenerator[RunningService, None]:
    """The service, whose orders this shop may show."""
    origins = {"WHEREABOUTS_EMBED_ORIGINS": shop.origin}
    async with running_service(build_settings(database_url, broadcast_url, **origins)) as service:
        yield service


async def place(service: RunningService) -> str:
    created = await service.fetch(PLACE, Scope.ADMIN)
    tracking_id: str = created["orderCreate"]["order"]["trackingId"]
    return tracking_id


def widget(service: RunningService, tracking_id: str, attributes: str = "") -> str:
    """What a shop writes into its page."""
    return (
        f'<script type="module" src="http://{service.address}/widget.js"></script>'
        f'<whereabouts-tracker order="{tracking_id}"{attributes}></whereabouts-tracker>'
    )


async def open_shop(
    shop: ShopSite, service: RunningService, visitors: Visitors, body: str
) -> tuple[Page, FrameLocator]:
    origin = f"http://{service.address}"
    page = await visitors.visit(shop.show(body, origin), origin)
    return page, page.frame_locator("iframe")


async def test_a_shop_shows_an_order_as_high_as_it_is(
    service: RunningService,
    shop: ShopSite,
    visitors: Visitors,
    screenshot: TakeScreenshot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = widget(service, await place(service))

    page, frame = await open_shop(shop, service, visitors, body)

    await expect(frame.locator("h1")).to_be_visible()
    content = await frame.locator("body").evaluate("body => body.scrollHeight")
    await expect(page.locator("iframe")).to_have_attribute("height", str(content))
    assert await page.locator("iframe").get_attribute("title") == "Order tracking"
    assert await axe_violations(page) == []
    assert await axe_violations(page.frames[-1]) == []
    assert "ORIGIN_REFUSED" not in caplog.text
    assert await overflowing_elements(page) == []
    await screenshot(page, "embed")


async def test_the_height_follows_what_the_order_says(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    page, frame = await open_shop(shop, service, visitors, widget(service, await place(service)))
    await expect(frame.locator("h1")).to_be_visible()

    await frame.locator("main").evaluate("main => main.append(document.createElement('hr'))")
    grown = await frame.locator("hr").evaluate(
        "line => { line.setAttribute('height', 700); return document.body.scrollHeight }"
    )

    await expect(page.locator("iframe")).to_have_attribute("height", str(grown))


async def test_an_order_in_a_frame_is_live(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    tracking_id = await place(service)
    _, frame = await open_shop(shop, service, visitors, widget(service, tracking_id))
    await expect(frame.locator("[data-word=live]")).to_be_visible()

    await service.fetch(HOLD, Scope.ADMIN, id=tracking_id)

    await expect(frame.locator("h1")).to_have_text(ON_HOLD)


async def test_a_frame_works_where_other_sites_may_store_nothing(
    service: RunningService, shop: ShopSite
) -> None:
    tracking_id = await place(service)
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(
            executable_path=find_chromium(), args=[*FLAGS, WITHOUT_STORAGE], handle_sigint=False
        )
        async with Visitors(browser) as visitors:
            page, frame = await open_shop(shop, service, visitors, widget(service, tracking_id))
            await expect(frame.locator("[data-word=live]")).to_be_visible()
            await service.fetch(HOLD, Scope.ADMIN, id=tracking_id)
            await expect(frame.locator("h1")).to_have_text(ON_HOLD)
            assert await frame.locator("body").evaluate(STORES) is False
            assert await page.context.cookies() == []
        await browser.close()


async def test_a_frame_has_no_form_and_one_way_out(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    tracking_id = await place(service)
    page, frame = await open_shop(shop, service, visitors, widget(service, tracking_id))
    await expect(frame.locator("h1")).to_be_visible()

    assert await frame.locator("form, input").count() == 0
    assert "Hidden" not in await frame.locator("html").inner_html()
    await frame.get_by_role("link", name="Details").click()

    await page.wait_for_url(f"http://{service.address}/t/{tracking_id}")


async def test_messages_of_others_do_not_change_the_height(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    page, frame = await open_shop(shop, service, visitors, widget(service, await place(service)))
    await expect(frame.locator("h1")).to_be_visible()
    content = await frame.locator("body").evaluate("body => body.scrollHeight")
    height = page.locator("iframe")
    await expect(height).to_have_attribute("height", str(content))

    # From the shop's own window, of another origin; then from the frame, but no height.
    await page.evaluate("postMessage({height: 99}, '*')")
    await frame.locator("body").evaluate("() => parent.postMessage({height: 'tall'}, '*')")
    await frame.locator("body").evaluate("() => parent.postMessage({height: 1e9}, '*')")

    await expect(height).to_have_attribute("height", "4000")


async def test_the_language_of_the_element_is_that_of_the_frame(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    body = widget(service, await place(service), ' lang="de" title="Bestellung"')

    page, frame = await open_shop(shop, service, visitors, body)

    await expect(frame.locator("html")).to_have_attribute("lang", "de")
    assert await page.locator("iframe").get_attribute("title") == "Bestellung"


async def test_the_page_itself_is_shown_in_no_frame(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    visitors.permit(*REFUSED)
    address = f"http://{service.address}/t/{await place(service)}"

    page, frame = await open_shop(shop, service, visitors, f'<iframe src="{address}"></iframe>')

    await expect(page.locator("h1")).to_have_text("Shop")
    await page.wait_for_load_state()
    assert await frame.locator("main").count() == 0
    assert any("frame-ancestors" in problem for problem in visitors.problems)


async def test_another_site_shows_no_order(service: RunningService, visitors: Visitors) -> None:
    visitors.permit(*REFUSED)
    async with ShopSite() as stranger:
        body = widget(service, await place(service))
        page, frame = await open_shop(stranger, service, visitors, body)

        await expect(page.locator("iframe")).to_have_attribute("height", "360")
        await page.wait_for_load_state("networkidle")
        assert await frame.locator("main").count() == 0
        assert any("frame-ancestors" in problem for problem in visitors.problems)


async def test_an_unknown_order_is_told_in_the_frame(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    visitors.permit("404")

    _, frame = await open_shop(shop, service, visitors, widget(service, "WA-0000"))

    await expect(frame.locator("h1")).to_have_text(
        "We can\N{RIGHT SINGLE QUOTATION MARK}t show this order here"
    )
    assert await frame.locator("form").count() == 0


async def test_an_element_without_an_order_says_so_to_the_shop(
    service: RunningService, shop: ShopSite, visitors: Visitors
) -> None:
    visitors.permit("needs the attribute order")
    origin = f"http://{service.address}"
    script = f'<script type="module" src="{origin}/widget.js"></script>'

    body = f"{script}<whereabouts-tracker></whereabouts-tracker>"
    page = await visitors.visit(shop.show(body, origin), origin)
    await page.wait_for_function("!!customElements.get('whereabouts-tracker')")

    assert await page.locator("iframe").count() == 0
    assert [one.partition(" (")[0] for one in visitors.problems] == [
        "error: <whereabouts-tracker> needs the attribute order: the tracking id."
    ]


async def test_the_address_for_shops_leads_to_the_script_of_this_release(
    service: RunningService,
) -> None:
    reply = await service.http.get("/widget.js")
    script = await service.http.get(reply.headers["location"])

    assert reply.status_code == 302
    assert reply.headers["cache-control"] == "public, max-age=300"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["location"].startswith("/assets/")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["access-control-allow-origin"] == "*"


async def test_without_origins_nobody_frames_an_order(
    database_url: str, broadcast_url: str
) -> None:
    async with running_service(build_settings(database_url, broadcast_url)) as service:
        reply = await service.http.get(f"/t/{await place(service)}/embed")

    assert reply.status_code == 200
    assert "; frame-ancestors 'none';" in reply.headers["content-security-policy"]
