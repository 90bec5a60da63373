"""With a link the page shows address, prices and who signed; without one, nothing of these."""

import pytest

from tests.factories.customer_orders import CustomerOrders
from tests.live_server import RunningService
from tests.portal.links import mailed_link, visit
from tests.portal.page_text import PageText
from tests.portal.stub_site import StubAsker, item_answer, order_answer, visiting
from unit_of_work.unit_of_work import Tracker
from web.pages.brand import Brand

SECRETS = ("Customer 1", "Sample Street", "100-0001", "A-1", "9.99", "19.98", "Neighbour 1", "@")


async def test_a_link_shows_address_prices_and_who_signed(
    service: RunningService, tracker: Tracker
) -> None:
    order = await CustomerOrders(tracker).delivered()
    link = await mailed_link(service, order)

    page = PageText((await visit(service).get(f"/t/{order.tracking_id}", link=link)).text)

    assert page.lines("personal") == [
        "Delivery address",
        *("Customer 1", "Sample Street 1", "100-0001 Tokyo", "Japan"),
        "Order number A-1",
        "Hide it on this device",
    ]
    assert page.lines("items") == [
        "Your order",
        *("2 ×", "Enamel mug", "€19.98"),
        *("1 ×", "Desk lamp", "€9.99"),
        "Total €29.97",
    ]
    assert "Signed for by Neighbour 1" in page.lines("parcel-1")
    assert page.lines("unlock") == []


async def test_a_link_names_the_pickup_point(service: RunningService, tracker: Tracker) -> None:
    order = await CustomerOrders(tracker).ready_to_collect()
    link = await mailed_link(service, order)
    path = f"/t/{order.tracking_id}"

    opened = PageText((await visit(service).get(path, link=link)).text).lines("where")
    locked = PageText((await visit(service).get(path)).text).lines("where")
    framed = PageText((await visit(service).get(f"{path}/embed")).text).lines("where")

    name = "At Kiosk at the station. Bring an ID, and the code if UPS sent you one."
    hint = "With your postal code, this page also shows the pick-up point, if we know it."
    assert opened[1:3] == [name, "Go to UPS"]
    assert locked[2:4] == [hint, "Go to UPS"]
    assert [line for line in framed if line in (hint, "Go to UPS")] == []


@pytest.mark.parametrize("ending", ["", "/print", "/embed"])
async def test_the_holder_of_the_bare_id_sees_nothing_personal(
    ending: str, service: RunningService, tracker: Tracker
) -> None:
    order = await CustomerOrders(tracker).delivered()
    link = await mailed_link(service, order)
    path = f"/t/{order.tracking_id}"
    await visit(service).get(path, link=link)

    reply = await visit(service).get(path + ending)

    assert reply.status_code == 200
    # The tracking id is no secret, and may by chance have the signs of one.
    html = reply.text.replace(order.tracking_id, "")
    text = " ".join(PageText(html).lines())
    assert [secret for secret in SECRETS if secret in text] == []
    assert [secret for secret in SECRETS[:-1] if secret in html] == []


async def test_the_print_of_a_link_is_a_receipt(service: RunningService, tracker: Tracker) -> None:
    order = await CustomerOrders(tracker).delivered()
    link = await mailed_link(service, order)

    reply = await visit(service).get(f"/t/{order.tracking_id}/print", link=link)

    page = PageText(reply.text)
    assert page.lines()[:2] == ["Your order has arrived", page.lines()[1]]
    assert {"Total €29.97", "Sample Street 1", "UPS knows about it"} <= set(page.lines())
    assert not {tag for tag, _ in page.tags} & {"button", "form", "details", "input"}


async def test_a_brand_may_keep_prices_to_itself() -> None:
    price = {"amount": "9.99", "currency": "EUR"}
    order = order_answer(
        items=[item_answer("Enamel mug", quantity=2, unitPrice=price)],
        total={"amount": "19.98", "currency": "EUR"},
        reference=None,
        customer={"locale": "en"},
        shippingAddress=None,
    )
    async with visiting(StubAsker(order), Brand(show_prices=False)) as client:
        link = {"Cookie": "wa_link=wa_link_valid"}
        page = PageText((await client.get(f"/t/{order['trackingId']}", headers=link)).text)

    assert page.lines("items") == ["Your order", "2 ×", "Enamel mug"]


@pytest.mark.parametrize(
    ("total", "currency", "unit", "extras"),
    [
        ("19.98", "EUR", "9.99", []),
        ("24.88", "EUR", "9.99", ["Shipping, taxes and discounts €4.90"]),
        ("14.98", "EUR", "9.99", ["Shipping, taxes and discounts -€5.00"]),
        ("24.88", "USD", "9.99", []),
        ("24.88", "EUR", None, []),
    ],
)
async def test_what_the_total_has_beside_the_items_is_a_row_of_its_own(
    total: str, currency: str, unit: str | None, extras: list[str]
) -> None:
    price = None if unit is None else {"amount": unit, "currency": "EUR"}
    order = order_answer(
        items=[item_answer("Enamel mug", quantity=2, unitPrice=price)],
        total={"amount": total, "currency": currency},
        reference=None,
        customer={"locale": "en"},
        shippingAddress=None,
    )
    async with visiting(StubAsker(order)) as client:
        link = {"Cookie": "wa_link=wa_link_valid"}
        page = PageText((await client.get(f"/t/{order['trackingId']}", headers=link)).text)

    lines = page.lines("items")
    assert [line for line in lines if line.startswith("Shipping")] == extras
    assert lines[-1].startswith("Total")


async def test_a_gift_s_contents_are_shown_to_its_customer_only() -> None:
    order = order_answer(items=[item_answer("Ring")])
    async with visiting(StubAsker(order), Brand(hide_contents=True)) as client:
        page = (await client.get(f"/t/{order['trackingId']}")).text

    assert PageText(page).lines("items") == []
    assert "Ring" not in page
