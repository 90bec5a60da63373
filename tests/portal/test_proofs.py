"""Customers open their orders by a postal code or an e-mail address, and nobody guesses these."""

import logging
from datetime import datetime, tzinfo

import httpx2
import pytest

from tests.factories.acts import make_order
from tests.factories.drafts import build_address_draft, build_customer_draft
from tests.live_server import RunningService, running_service
from tests.portal.links import (
    UNKNOWN_ID,
    build_link_settings,
    kept_token,
    mailed_link,
    visit,
)
from tests.stopped_clock import stop_the_clock
from unit_of_work.unit_of_work import Tracker

TRIES = 10
PLAIN = {"Accept-Encoding": "identity"}
"""Compressed, answers would have different lengths for what is typed into them."""
WRONG = {"postal_code": "99999"}
RIGHT = {"postal_code": "101 15"}
EXACT = {"postal_code": "10115"}
BY_EMAIL = {"email": " Customer1@Example.com "}


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """No minute passes on the pages: each shows the time of its answer."""
    monkeypatch.setattr("portal.order_pages.datetime", StoppedClock)


class StoppedClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        return cls(2026, 11, 30, 12, 0, tzinfo=tz)


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


async def test_wrong_and_resting_look_the_same_and_the_mailed_link_still_opens(
    service: RunningService, tracker: Tracker, stopped: None
) -> None:
    """After the last allowed try, the right proof is refused, too."""
    order = await make_order(tracker)
    token, visitor = await mailed_link(service, order), visit(service, **PLAIN)
    path = f"/t/{order.tracking_id}/unlock"

    wrong = [shown_for(await visitor.send_form(path, WRONG)) for _ in range(TRIES)]
    resting = shown_for(await visitor.send_form(path, WRONG))
    right = await visitor.send_form(path, EXACT)
    by_link = await visitor.get(f"/t/{order.tracking_id}?k={token}")
    page = await visitor.get(f"/t/{order.tracking_id}", link=kept_token(by_link))

    assert wrong[0][0] == 422
    assert [*wrong, resting] == [wrong[0]] * (TRIES + 1)
    assert shown_for(right, "10115") == shown_for(await visitor.send_form(path, WRONG), "99999")
    assert "set-cookie" not in right.headers
    assert "Sample Street 1" in page.text


async def test_an_unknown_order_cannot_be_told_from_a_wrong_proof_by_its_reference(
    service: RunningService, tracker: Tracker
) -> None:
    await make_order(tracker, reference="SO-1")
    visitor = visit(service, **PLAIN)

    wrong = [
        shown_for(await visitor.send_form("/track", {"reference": "SO-1", **WRONG}), "SO-1")
        for _ in range(TRIES + 1)
    ]
    unknown = [
        shown_for(await visitor.send_form("/track", {"reference": "SO-2", **WRONG}), "SO-2")
        for _ in range(TRIES + 1)
    ]
    right = await visitor.send_form("/track", {"reference": "SO-1", **EXACT})

    assert wrong[0][0] == 422
    assert wrong == unknown == [wrong[0]] * (TRIES + 1)
    assert shown_for(right, "SO-1", "10115") == shown_for(
        await visitor.send_form("/track", {"reference": "SO-1", **WRONG}), "SO-1", "99999"
    )


async def test_an_unknown_id_is_answered_as_on_its_page(service: RunningService) -> None:
    visitor = visit(service, **PLAIN)

    page = shown_for(await visitor.get(f"/t/{UNKNOWN_ID}"))
    unlocked = shown_for(await visitor.send_form(f"/t/{UNKNOWN_ID}/unlock", WRONG))

    assert unlocked[0] == page[0] == 404
    assert unlocked == page


async def test_what_was_typed_comes_back_in_the_form_and_nowhere_else(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker, reference="SO-1")
    visitor = visit(service)
    typed = {"reference": 'a"b', "postal_code": "<b>9</b>", "email": "nobody@example.com"}

    for path in (f"/t/{order.tracking_id}/unlock?lang=de", "/track?lang=de"):
        reply = await visitor.send_form(path, typed)

        assert reply.status_code == 422
        assert 'value="&lt;b&gt;9&lt;/b&gt;"' in reply.text
        assert 'value="nobody@example.com"' in reply.text
        assert ('value="a&#34;b"' in reply.text) is path.startswith("/track")
        assert reply.headers["cache-control"] == "no-store"
        assert "nobody" not in f"{reply.headers}"
        assert 'href="/track' in reply.text or f'action="{path}#proof"' in reply.text
        assert "/unlock?lang=fr" not in reply.text


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
    """Each try is for another order, which is one look-up; two of a network are allowed."""
    settings = build_link_settings(
        database_url,
        broadcast_url,
        WHEREABOUTS_LOOKUPS_PER_MINUTE="2",
        WHEREABOUTS_TRUSTED_PROXIES=proxies,
    )
    async with running_service(settings) as service:
        stop_the_clock(service)
        replies = [
            await visit(service, **{"X-Forwarded-For": f"198.51.100.{host}"}).send_form(
                f"/t/{(await make_order(tracker)).tracking_id}/unlock", WRONG
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
