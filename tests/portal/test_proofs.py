"""Customers open their orders by a postal code or an e-mail address, and nobody guesses these."""

import logging

import httpx2
import pytest

from tests.factories.acts import make_order
from tests.factories.drafts import build_address_draft, build_customer_draft
from tests.live_server import RunningService, running_service
from tests.portal.doors import with_doors
from tests.portal.links import (
    UNKNOWN_ID,
    build_link_settings,
    kept_token,
    mailed_link,
    visit,
)
from unit_of_work.unit_of_work import Tracker

TRIES = 10
WRONG = {"postal_code": "99999"}
RIGHT = {"postal_code": "101 15"}
BY_EMAIL = {"email": " Customer1@Example.com "}


def shown_for(reply: httpx2.Response, *names: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """What a visitor is answered, without the names that they typed themselves and the id of their
    request."""
    content = reply.content
    for name in names:
        content = content.replace(name.encode(), b"NAME")
    headers = [
        pair for pair in reply.headers.multi_items() if pair[0] not in ("x-request-id", "date")
    ]
    return reply.status_code, content, headers


async def test_a_right_proof_opens_the_order_and_its_language_stays(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    visitor = visit(service)

    for proof in (RIGHT, BY_EMAIL, RIGHT | {"email": ""}, RIGHT | {"email": "other@example.com"}):
        reply = await visitor.send_form(f"/t/{order.tracking_id}/unlock?lang=de", proof)

        assert reply.status_code == 303, proof
        assert reply.headers["location"] == f"/t/{order.tracking_id}?lang=de"
        assert reply.headers["cache-control"] == "no-store"
        assert kept_token(reply).startswith("wa_link_")


async def test_the_shops_reference_opens_the_order_with_a_proof(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker, reference="SO-1")
    visitor = visit(service)

    found = await visitor.send_form("/track", {"reference": "SO-1", **RIGHT})
    unproved = await visitor.send_form("/track", {"reference": "SO-1"})
    unnamed = await visitor.send_form("/track", {"reference": "  ", **RIGHT})

    assert (found.status_code, found.headers["location"]) == (303, f"/t/{order.tracking_id}")
    assert kept_token(found).startswith("wa_link_")
    assert f"Path=/t/{order.tracking_id};" in found.headers["set-cookie"]
    assert [reply.status_code for reply in (unproved, unnamed)] == [422, 422]


async def test_wrong_and_unknown_and_resting_look_the_same(
    service: RunningService, tracker: Tracker
) -> None:
    """After the last allowed try, the right proof is refused, too; the mailed link still opens."""
    order = await make_order(tracker, reference="SO-1")
    token, visitor = await mailed_link(service, order), visit(service)
    path = f"/t/{order.tracking_id}/unlock"

    unknown = await visitor.send_form(f"/t/{UNKNOWN_ID}/unlock", WRONG)
    wrong = [await visitor.send_form(path, WRONG) for _ in range(TRIES)]
    resting = await visitor.send_form(path, WRONG)
    right = await visitor.send_form(path, RIGHT)
    by_reference = await visitor.send_form("/track", {"reference": "SO-1", **WRONG})
    no_reference = await visitor.send_form("/track", {"reference": "SO-2", **WRONG})
    by_link = await visitor.get(f"/t/{order.tracking_id}?k={token}")

    same = shown_for(wrong[0], order.tracking_id)
    assert same[0] == 422
    assert [shown_for(reply, order.tracking_id) for reply in [*wrong[1:], resting]] == [same] * 10
    assert shown_for(unknown, UNKNOWN_ID) == same
    assert right.status_code == 422
    assert "set-cookie" not in right.headers
    assert shown_for(by_reference, "SO-1") == shown_for(no_reference, "SO-2")
    assert (by_link.status_code, kept_token(by_link)) == (303, token)


async def test_what_is_missing_takes_no_try(service: RunningService, tracker: Tracker) -> None:
    order = await make_order(tracker)
    visitor, path = visit(service), f"/t/{order.tracking_id}/unlock"

    missing = [
        await visitor.send_form(path, form)
        for form in ({"postal_code": ""}, {"email": " "}, {"other": "1"})
        for _ in range(4)
    ]
    right = await visitor.send_form(path, RIGHT)

    assert {reply.status_code for reply in missing} == {422}
    assert right.status_code == 303


async def test_strange_proofs_are_wrong_proofs(service: RunningService, tracker: Tracker) -> None:
    order = await make_order(tracker)
    visitor, path = visit(service), f"/t/{order.tracking_id}/unlock"

    for value in ("1\x00", "\u202e10115", "9" * 2_000, "'; DROP TABLE orders", "\ud7ff"):
        for field in ("postal_code", "email"):
            reply = await visitor.send_form(path, {field: value})
            assert reply.status_code == 422, (field, value)
    strange = await visitor.send_form("/track", {"reference": "SO\x00", **WRONG})

    assert strange.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
        {"Sec-Fetch-Site": ""},
    ],
)
async def test_forms_of_other_sites_are_refused(
    service: RunningService, tracker: Tracker, headers: dict[str, str]
) -> None:
    order = await make_order(tracker, reference="SO-1")
    visitor = visit(service)

    for path in (f"/t/{order.tracking_id}/unlock", f"/t/{order.tracking_id}/lock", "/track"):
        reply = await visitor.send_form(path, {"reference": "SO-1", **RIGHT}, **headers)
        assert reply.status_code == 403, path
        assert "set-cookie" not in reply.headers


async def test_a_browser_without_fetch_metadata_names_its_own_origin(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    own = {"Sec-Fetch-Site": "", "Origin": f"http://{service.address}"}

    reply = await visit(service).send_form(f"/t/{order.tracking_id}/unlock", RIGHT, **own)

    assert reply.status_code == 303


async def test_forms_are_read_within_bounds(service: RunningService, tracker: Tracker) -> None:
    order = await make_order(tracker)
    visitor, path = visit(service), f"/t/{order.tracking_id}/unlock"

    large = await visitor.send_form(path, {"postal_code": "1" * 8_192})
    json = await visitor.send_form(path, RIGHT, **{"Content-Type": "application/json"})
    parts = await visitor.send_form(path, RIGHT, **{"Content-Type": "multipart/form-data"})
    many = await visitor.send_form(path, {f"field{index}": "1" for index in range(21)})

    assert [reply.status_code for reply in (large, json, parts, many)] == [413, 415, 415, 400]


async def test_nothing_acts_by_get(service: RunningService, tracker: Tracker) -> None:
    order = await make_order(tracker)
    visitor, token = visit(service), await mailed_link(service, order)

    for path in ("unlock?postal_code=10115", "lock"):
        for ask in (visitor.get, visitor.head):
            reply = await ask(f"/t/{order.tracking_id}/{path}", link=token)
            assert reply.status_code == 405
            assert "set-cookie" not in reply.headers


async def test_a_locked_order_is_forgotten_by_the_browser(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    token = await mailed_link(service, order)

    reply = await visit(service).send_form(f"/t/{order.tracking_id}/lock?lang=de", {}, link=token)

    assert (reply.status_code, reply.headers["location"]) == (
        303,
        f"/t/{order.tracking_id}?lang=de",
    )
    assert reply.headers.get_list("set-cookie") == [
        f"wa_link=; Path=/t/{order.tracking_id}; Max-Age=0; HttpOnly; SameSite=Lax"
    ]


@pytest.mark.parametrize(
    ("proxies", "statuses"), [("127.0.0.1", [422] * 4), ("192.0.2.1", [422, 422, 429, 429])]
)
async def test_only_a_trusted_proxy_says_whose_try_it_is(
    database_url: str, broadcast_url: str, tracker: Tracker, proxies: str, statuses: list[int]
) -> None:
    """Two orders may be looked up from one network in a minute."""
    settings = build_link_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_LOOKUPS_PER_MINUTE="2",
        WHEREABOUTS_TRUSTED_PROXIES=proxies,
    )
    async with running_service(settings) as service:
        with_doors(service)
        order = await make_order(tracker)
        replies = [
            await visit(service, **{"X-Forwarded-For": f"198.51.100.{host}"}).send_form(
                f"/t/{order.tracking_id}/unlock", WRONG
            )
            for host in range(4)
        ]

    assert [reply.status_code for reply in replies] == statuses


async def test_no_line_of_the_log_has_a_proof_or_a_token(
    service: RunningService, tracker: Tracker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "whereabouts")
    order = await make_order(
        tracker,
        customer=build_customer_draft(email="secret@example.com"),
        shipping_address=build_address_draft(postal_code="54321"),
    )
    visitor, path = visit(service), f"/t/{order.tracking_id}/unlock"

    opened = await visitor.send_form(path, {"postal_code": "54321"})
    await visitor.send_form(path, {"email": "guess@example.com"})
    await visitor.get(f"/t/{order.tracking_id}?k={kept_token(opened)}", link="wa_link_forged")

    lines = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("whereabouts")
    )
    assert "operation=OpenLink" in lines
    assert not [
        word for word in ("secret@", "guess@", "54321", kept_token(opened)) if word in lines
    ]
