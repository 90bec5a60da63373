"""The link in a mail opens its order as often as it is followed, and no other order."""

import pytest

from tests.factories.acts import make_order
from tests.live_server import RunningService, running_service
from tests.portal.links import (
    UNKNOWN_ID,
    build_link_settings,
    kept_token,
    mailed_link,
    revoke_links,
    visit,
)
from tests.stopped_clock import stop_the_clock
from unit_of_work.unit_of_work import Tracker

NINETY_DAYS = 7_776_000


def cookie_of(id_: str, token: str) -> str:
    """The cookie of an order's link, as it is set on plain http of this machine."""
    return f"wa_link={token}; Path=/t/{id_}; Max-Age={NINETY_DAYS}; HttpOnly; SameSite=Lax"


async def test_a_mailed_link_is_kept_in_a_cookie_and_leaves_the_address(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    id_, token = order.tracking_id, await mailed_link(service, order)
    visitor = visit(service)

    for ask in (visitor.get, visitor.head, visitor.get):
        reply = await ask(f"/t/{id_}?a=1&k={token}&lang=de")

        assert reply.status_code == 303
        assert reply.headers["location"] == f"/t/{id_}?a=1&lang=de"
        assert reply.headers.get_list("set-cookie") == [cookie_of(id_, token)]
        assert reply.headers["cache-control"] == "no-store"
    assert (await visitor.get(f"/t/{id_}?k={token}")).headers["location"] == f"/t/{id_}"


async def test_everywhere_but_on_this_machine_the_cookie_is_for_https_alone(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    path = f"/t/{order.tracking_id}?k={await mailed_link(service, order)}"
    visitor = visit(service)

    replies = [
        await visitor.get(path, Host="shop.example"),
        await visitor.get(path, **{"X-Forwarded-Proto": "https"}),
    ]

    assert [reply.headers["set-cookie"].endswith("; Secure") for reply in replies] == [True, True]


async def test_a_link_that_shows_nothing_does_not_take_the_place_of_one_that_does(
    prompt_revocation: None, service: RunningService, tracker: Tracker
) -> None:
    order, other = await make_order(tracker), await make_order(tracker)
    revoked = await mailed_link(service, order)
    await revoke_links(service, order)
    kept, newer = await mailed_link(service, order), await mailed_link(service, order)
    foreign, visitor = await mailed_link(service, other), visit(service)

    for token in (revoked, foreign, "forged", f"{kept}x", await service.key()):
        reply = await visitor.get(f"/t/{order.tracking_id}?k={token}", link=kept)
        assert reply.status_code == 303
        assert "set-cookie" not in reply.headers, token
    replaced = await visitor.get(f"/t/{order.tracking_id}?k={newer}", link=kept)
    after_revoked = await visitor.get(f"/t/{order.tracking_id}?k={newer}", link=revoked)

    assert kept_token(replaced) == kept_token(after_revoked) == newer


@pytest.mark.parametrize(
    "token",
    [
        "x%0D%0ASet-Cookie:%20wa_session=1",
        "x;%20Domain=example.com",
        "x%00",
        "%22quoted%22",
        "x,y",
        "%E2%80%AEx",
        "%FF",
        "x" * 501,
        "x" * 10_000,
        "",
    ],
)
async def test_no_token_writes_headers_or_cookies_of_its_own(
    service: RunningService, token: str
) -> None:
    reply = await visit(service).get(f"/t/{UNKNOWN_ID}?k={token}")

    assert reply.status_code == 303
    assert reply.headers["location"] == f"/t/{UNKNOWN_ID}"
    assert reply.headers.get_list("set-cookie") == [cookie_of(UNKNOWN_ID, "unreadable")]


async def test_a_link_leads_nowhere_but_to_its_order(service: RunningService) -> None:
    visitor = visit(service, Host="evil.example", Referer="https://evil.example/")

    for query in ("next=https://evil.example", "lang=%0d%0aLocation:%20//evil.example", "//evil="):
        reply = await visitor.get(f"/t/{UNKNOWN_ID}?k=x&{query}")
        assert reply.headers["location"].startswith(f"/t/{UNKNOWN_ID}?")
        assert "\n" not in reply.headers["location"]


async def test_a_second_link_is_compared_within_the_limits(
    database_url: str, broadcast_url: str, tracker: Tracker
) -> None:
    settings = build_link_settings(database_url, broadcast_url, WHEREABOUTS_LOOKUPS_PER_MINUTE="2")
    async with running_service(settings) as service:
        stop_the_clock(service)
        visitor, statuses = visit(service), []
        for _ in range(3):
            order = await make_order(tracker)
            kept, other = await mailed_link(service, order), await mailed_link(service, order)
            reply = await visitor.get(f"/t/{order.tracking_id}?k={other}", link=kept)
            statuses.append(reply.status_code)

    assert statuses == [303, 303, 429]
