"""A customer opens and locks an order in a browser without scripts, and no other site does."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from access.scopes import Scope
from tests.live_server import RunningService, running_service
from tests.pages.live_pages import expect_state
from tests.pages.shop_site import ShopSite
from tests.pages.visitors import Visitors
from tests.portal.links import build_link_settings

PLACE = """mutation {
  orderCreate(input: {
    reference: "SO-1", customer: {name: "Customer 1", email: "customer1@example.com"},
    shippingAddress: {line1: "Sample Street 1", city: "Berlin", postalCode: "10115", country: "DE"},
    items: [{sku: "MUG", name: "Mug", quantity: 1}]
  }) { order { trackingId } }
}"""
LINK = "mutation($id: ID!) { trackingLinkCreate(trackingId: $id) { token } }"
HOLD = """mutation ($id: ID!) {
  orderHold(trackingId: $id, reason: "A question") { userErrors { message } }
}"""
STREET = "Sample Street 1"
REFUSED = "status of 4"
"""What Chromium writes to the console about a page with the status of a refusal."""


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncGenerator[ShopSite, None]:
    async with ShopSite() as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def service(database_url: str, broadcast_url: str) -> AsyncGenerator[RunningService, None]:
    async with running_service(build_link_settings(database_url, broadcast_url)) as service:
        yield service


async def place(service: RunningService) -> str:
    created = await service.fetch(PLACE, Scope.ADMIN)
    tracking_id: str = created["orderCreate"]["order"]["trackingId"]
    return tracking_id


async def test_a_page_with_a_refused_form_follows_its_order(
    service: RunningService, visitors: Visitors
) -> None:
    """It stands at the address of the form, where nothing can be read."""
    visitors.permit(REFUSED)
    tracking_id = await place(service)
    page = await visitors.visit(f"http://{service.address}/t/{tracking_id}?lang=de")
    await page.locator("#unlock #proof").fill("99999")
    await page.locator("#unlock button[type=submit]").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect_state(page, "live")
    before = await page.locator("h1").inner_text()
    await service.fetch(HOLD, Scope.ADMIN, id=tracking_id)

    await expect(page.locator("h1")).not_to_have_text(before)
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.locator("#unlock #proof")).to_have_value("99999")
    await expect_state(page, "live")


async def test_an_order_is_unlocked_and_locked_without_scripts(
    service: RunningService, visitors: Visitors
) -> None:
    visitors.permit(REFUSED)
    address = f"http://{service.address}/t/{await place(service)}"
    page = await visitors.visit(address, java_script_enabled=False)
    await expect(page.get_by_text(STREET)).to_have_count(0)

    await page.locator("#unlock #proof").fill("99999")
    await page.locator("#unlock button[type=submit]").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("#unlock #proof")).to_have_value("99999")
    await page.locator("#unlock #proof").fill("10115")
    await page.locator("#unlock button[type=submit]").click()

    await expect(page.get_by_text(STREET)).to_be_visible()
    assert page.url.partition("#")[0] == f"{address}?lang=en"
    (cookie,) = await page.context.cookies(address)
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("wa_link", True, "Lax")
    assert cookie["path"] == address.removeprefix(f"http://{service.address}")
    await page.locator(".lock-again button").click()
    await expect(page.get_by_text(STREET)).to_have_count(0)
    assert await page.context.cookies(address) == []
    await page.go_back()
    await expect(page.locator("#unlock")).to_be_visible()
    await expect(page.get_by_text(STREET)).to_have_count(0)


@pytest.mark.parametrize("has_scripts", [True, False])
@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/t/{}", "postal_code", "99999"),
        ("/t/{}", "email", "nobody@example.com"),
        ("/track", "postal_code", "99999"),
    ],
)
async def test_a_refused_form_comes_back_at_its_field_with_its_error(
    service: RunningService,
    visitors: Visitors,
    path: str,
    name: str,
    value: str,
    has_scripts: bool,
) -> None:
    """On a phone, the field stands below all that the page tells of the order."""
    visitors.permit(REFUSED)
    address = f"http://{service.address}{path.format(await place(service))}"
    page = await visitors.visit(address, java_script_enabled=has_scripts)
    form = page.locator("form", has=page.locator("#proof"))
    if path == "/track":
        await form.locator("[name=reference]").fill("SO-unknown")
    if name == "email":
        await form.locator("summary").click()
    await form.locator(f"[name={name}]").fill(value)
    await form.locator("button[type=submit]").click()

    field = page.locator(f"[name={name}]")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(
        "That doesn't fit this order. Check it and try again; after several tries, wait an hour."
    )
    await expect(page.locator("[aria-invalid]")).to_have_count(1)
    for shown in (field, page.get_by_role("alert")):
        await expect(shown).to_be_in_viewport(ratio=1)


async def test_a_mailed_link_opens_and_leaves_the_address(
    service: RunningService, visitors: Visitors
) -> None:
    tracking_id = await place(service)
    token = (await service.fetch(LINK, Scope.ORDERS_READ, id=tracking_id))["trackingLinkCreate"]
    address = f"http://{service.address}/t/{tracking_id}"

    page = await visitors.visit(f"{address}?k={token['token']}")

    await expect(page.get_by_text(STREET)).to_be_visible()
    assert page.url == address


async def test_an_open_page_hears_of_changes_by_its_stream(
    service: RunningService, visitors: Visitors
) -> None:
    """As the browser opens it: without a cookie, and with the headers that it has by itself."""
    page = await visitors.visit(f"http://{service.address}/t/{await place(service)}")

    async with page.expect_response(lambda response: "documentId" in response.url) as stream:
        await page.reload()

    response = await stream.value
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "cookie" not in await response.request.all_headers()


async def test_a_form_of_another_site_opens_nothing(
    service: RunningService, visitors: Visitors, shop: ShopSite
) -> None:
    visitors.permit(REFUSED)
    address = f"http://{service.address}/t/{await place(service)}"
    form = (
        f'<form method="post" action="{address}/unlock">'
        '<input name="postal_code" value="10115" aria-label="Code"><button>Win</button></form>'
    )
    own = f"http://{service.address}"
    page = await visitors.visit(shop.show(form, own), own)

    async with page.expect_navigation() as navigation:
        await page.get_by_role("button", name="Win").click()

    response = await navigation.value
    assert response is not None
    assert response.status == 403
    assert await page.context.cookies(address) == []
