"""The page of an order shows what its visitor may see, and nothing but the link shows more."""

import pytest

from access.scopes import Scope
from tests.factories.acts import make_order
from tests.live_server import RunningService
from tests.portal.links import (
    UNKNOWN_ID,
    mailed_link,
    revoke_links,
    visit,
)
from unit_of_work.unit_of_work import Tracker

STREET = "Sample Street 1"
REFUSED = "Your link doesn\u2019t work any more"


async def test_the_link_of_an_order_shows_its_address_and_no_other_orders(
    service: RunningService, tracker: Tracker
) -> None:
    order, other = await make_order(tracker), await make_order(tracker)
    token, visitor = await mailed_link(service, order), visit(service)

    own = await visitor.get(f"/t/{order.tracking_id}", link=token)
    foreign = await visitor.get(f"/t/{other.tracking_id}", link=token)
    stranger = await visitor.get(f"/t/{order.tracking_id}")

    assert [page.status_code for page in (own, foreign, stranger)] == [200] * 3
    assert [STREET in page.text for page in (own, foreign, stranger)] == [True, False, False]
    assert [REFUSED in page.text for page in (own, foreign, stranger)] == [False, True, False]
    assert [page.headers.get("set-cookie") for page in (own, foreign, stranger)] == [
        None,
        f"wa_link=; Path=/t/{other.tracking_id}; Max-Age=0; HttpOnly; SameSite=Lax",
        None,
    ]


async def test_a_revoked_link_shows_nothing_personal_also_from_the_cache(
    prompt_revocation: None, service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    token, visitor = await mailed_link(service, order), visit(service)
    before = await visitor.get(f"/t/{order.tracking_id}", link=token)
    await revoke_links(service, order)

    pages = [await visitor.get(f"/t/{order.tracking_id}", link=token) for _ in range(2)]
    known = {"If-None-Match": before.headers["etag"]}
    again = await visitor.get(f"/t/{order.tracking_id}", link=token, **known)

    assert STREET in before.text
    assert [page.status_code for page in (*pages, again)] == [200] * 3
    for page in (*pages, again):
        assert STREET not in page.text
        assert REFUSED in page.text
        assert "Max-Age=0" in page.headers["set-cookie"]


async def test_no_other_credentials_show_more_on_a_page(
    service: RunningService, tracker: Tracker
) -> None:
    """Neither a key, nor a session of the staff, nor a name for whom a key acts, nor a link or a
    key where they do not belong."""
    order = await make_order(tracker)
    token, key = await mailed_link(service, order), await service.key(Scope.ADMIN)
    visitor, path = visit(service), f"/t/{order.tracking_id}"
    own = {"Origin": f"http://{service.address}"}
    signed_in = await service.http.post("/sign-in", json={"apiKey": key}, headers=own)
    session = signed_in.headers["set-cookie"].partition(";")[0]
    stranger = await visitor.get(path)

    for headers in (
        {"Authorization": f"Bearer {key}", "Whereabouts-Actor": "clerk"},
        {"Authorization": f"Bearer {token}"},
        {"Cookie": session},
        {"Cookie": f"{session}; wa_link=", "Sec-Fetch-Site": "none"},
    ):
        page = await visitor.get(path, **headers)
        assert page.status_code == 200
        assert page.text == stranger.text, headers
    for misplaced in (key, session.partition("=")[2]):
        page = await visitor.get(path, link=misplaced)
        assert page.status_code == 200
        assert STREET not in page.text
        assert REFUSED in page.text


HOSTILE = [
    "%2e%2e",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "WA-%00",
    "%00",
    "%0d%0aSet-Cookie:%20a=b",
    "%E2%80%AE5-CRH8-T4V2-PXQ9-M3K7-AW",
    "%FF%FE",
    "<script>alert(1)</script>",
    "%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E",
    "{{7*7}}",
    "javascript:alert(1)",
    "A" * 10_000,
    UNKNOWN_ID[:-1],
    UNKNOWN_ID[:-1] + "1",
    "\N{FULLWIDTH DIGIT ZERO}" * 17,
]


@pytest.mark.parametrize("id_", HOSTILE)
async def test_strange_ids_are_unknown_orders(service: RunningService, id_: str) -> None:
    visitor = visit(service)

    replies = [
        await visitor.get(f"/t/{id_}"),
        await visitor.get(f"/t/{id_}?k=x"),
        await visitor.get(f"/t/{id_}/print"),
        await visitor.send_form(f"/t/{id_}/unlock", {"postal_code": "1"}),
        await visitor.send_form(f"/t/{id_}/lock", {}),
    ]

    for reply in replies:
        assert reply.status_code == 404
        assert "set-cookie" not in reply.headers
        assert "<script>alert" not in reply.text
        assert "<img" not in reply.text
        assert ("{{7*7}}" in reply.text) is ("{{7*7}}" in id_)
        assert len(reply.content) < 60_000


async def test_a_refused_form_leads_back_to_the_page(
    service: RunningService, tracker: Tracker
) -> None:
    """What failed on the way of a form names the page that answers GET, not the form's path."""
    order = await make_order(tracker)
    path = f"/t/{order.tracking_id}"

    foreign = await visit(service).send_form(f"{path}/unlock", {}, **{"Sec-Fetch-Site": "none"})

    assert foreign.status_code == 403
    assert f'href="{path}?lang=' in foreign.text
    assert f'href="{path}/unlock' not in foreign.text


async def test_a_page_is_looked_at_without_its_content(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    visitor, token = visit(service), await mailed_link(service, order)

    page = await visitor.get(f"/t/{order.tracking_id}", link=token)
    head = await visitor.head(f"/t/{order.tracking_id}", link=token)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == page.headers["etag"]
    assert "set-cookie" not in head.headers
