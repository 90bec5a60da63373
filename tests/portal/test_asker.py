"""Pages ask the API as strangers or as holders of a link, within the limits of every request."""

import asyncio
import logging
import re
from typing import Any

import pytest

from access.scopes import Scope
from engine.planning.query_runner import QueryRunner
from errors import TooManyRequests
from models.tracking_ids import new_tracking_id
from portal.documents import ORDER_PAGE, ORDER_SEQUENCE, read_documents
from tests.factories.acts import make_order
from tests.live_server import RunningService, running_service
from tests.portal.links import UNKNOWN_ID, build_link_settings, mailed_link, revoke_links
from tests.stopped_clock import stop_the_clock
from unit_of_work.unit_of_work import Tracker
from web.graphql.page_asker import PageAsker
from web.graphql.service import GraphQLService
from web.pages.asker import Answer, AskFailed, AskFault, Visitor

LOOK_UP = "query($id: ID!) { order(trackingId: $id) { id } }"
LOG = "whereabouts.access"


def page_asker(service: GraphQLService) -> PageAsker:
    return PageAsker(service, read_documents())


def visitor(link: str | None = None, address: str = "192.0.2.1") -> Visitor:
    return Visitor(address, "request-1", link)


async def ask_page(asker: PageAsker, id_: str, link: str | None = None) -> Answer:
    variables = {"id": id_, "events": 30, "personal": link is not None}
    return await asker.ask(ORDER_PAGE, variables, visitor(link))


def by_id(id_: str) -> dict[str, Any]:
    """The variables of a question that a stranger asks."""
    return {"id": id_, "personal": False}


async def failure(asker: PageAsker, id_: str, who: Visitor) -> AskFailed:
    with pytest.raises(AskFailed) as caught:
        await asker.ask(ORDER_SEQUENCE, by_id(id_), who)
    return caught.value


async def test_a_stranger_is_answered_without_errors_and_without_personal_data(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)

    answer = await ask_page(page_asker(service.service), order.tracking_id)

    assert answer.codes == ()
    shown = answer.data["order"]
    assert (shown["trackingId"], shown["status"]) == (order.tracking_id, "CONFIRMED")
    assert not {"reference", "customer", "shippingAddress", "total"} & shown.keys()
    assert "10115" not in repr(shown)


async def test_the_holder_of_a_link_is_shown_who_the_order_is_for(
    service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    token = await mailed_link(service, order)

    answer = await ask_page(page_asker(service.service), order.tracking_id, token)

    assert answer.codes == ()
    assert answer.data["order"]["customer"] == {"locale": "en"}
    assert answer.data["order"]["shippingAddress"]["postalCode"] == "10115"


async def test_a_revoked_link_and_what_is_not_a_link_are_refused(
    prompt_revocation: None, service: RunningService, tracker: Tracker
) -> None:
    order = await make_order(tracker)
    token = await mailed_link(service, order)
    await revoke_links(service, order)
    key = await service.key(Scope.ADMIN)
    asker = page_asker(service.service)

    for forged in (token, key, "", "wa_link_", "wa_link_x\r\ny: z"):
        error = await failure(asker, order.tracking_id, visitor(forged))
        assert error.fault is AskFault.LINK_REFUSED, forged


async def test_orders_are_looked_up_as_often_as_over_http(
    database_url: str, broadcast_url: str, tracker: Tracker
) -> None:
    """Two look-ups in a minute, whichever way they come; another network has its own."""
    settings = build_link_settings(database_url, broadcast_url, WHEREABOUTS_LOOKUPS_PER_MINUTE="2")
    async with running_service(settings) as service:
        stop_the_clock(service)
        order = await make_order(tracker)
        asker = page_asker(service.service)
        here, there = visitor(address="127.0.0.1"), visitor(address="198.51.100.7")
        await service.fetch(LOOK_UP, id=UNKNOWN_ID)
        unknown = await asker.ask(ORDER_SEQUENCE, by_id(new_tracking_id()), here)
        error = await failure(asker, order.tracking_id, here)
        other = await asker.ask(ORDER_SEQUENCE, by_id(order.tracking_id), there)

    assert unknown == Answer({"order": None})
    assert error.fault is AskFault.TOO_MANY
    assert 1 <= error.retry_after <= 60
    assert other.data["order"]["trackingId"] == order.tracking_id


async def test_what_takes_too_long_and_what_breaks_is_told_apart(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = page_asker(service.service)

    def execute_with(error: Exception) -> None:
        async def execute(*arguments: Any) -> None:
            raise error

        monkeypatch.setattr(service.service, "execute", execute)

    for error, fault in (
        (TimeoutError(), AskFault.UNAVAILABLE),
        (OSError(), AskFault.UNAVAILABLE),
        (TooManyRequests("Later."), AskFault.TOO_MANY),
        (ZeroDivisionError(), AskFault.INTERNAL),
    ):
        execute_with(error)
        assert (await failure(asker, UNKNOWN_ID, visitor())).fault is fault


async def test_the_access_log_has_a_line_for_each_ask(
    service: RunningService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "whereabouts.access")

    await page_asker(service.service).ask(ORDER_SEQUENCE, by_id(UNKNOWN_ID), visitor())

    (line,) = [record.getMessage() for record in caplog.records if record.name == LOG]
    assert re.sub(r"^ms=\S+ ", "", line) == (
        "key=anonymous client=192.0.2.1 type=query operation=OrderSequence status=200 errors=-"
        " request=request-1"
    )


@pytest.mark.parametrize(
    "limit",
    [
        {"WHEREABOUTS_REQUESTS_PER_MINUTE_PER_ADDRESS": "2"},
        {"WHEREABOUTS_COST_PER_MINUTE_PER_ADDRESS": "500"},
        {"WHEREABOUTS_LOOKUPS_PER_DAY": "2"},
    ],
    ids=["requests", "cost", "look-ups of a day"],
)
async def test_every_limit_of_a_network_holds_for_its_pages(
    database_url: str, broadcast_url: str, tracker: Tracker, limit: dict[str, str]
) -> None:
    """Two pages of thirty events are within each of them; also a link has no more."""
    async with running_service(
        build_link_settings(database_url, broadcast_url, **limit)
    ) as service:
        stop_the_clock(service)
        first, second, third = [await make_order(tracker) for _ in range(3)]
        asker = page_asker(service.service)
        for order, link in ((first, None), (second, await mailed_link(service, second))):
            await ask_page(asker, order.tracking_id, link)

        for link in (None, await mailed_link(service, third)):
            with pytest.raises(AskFailed) as caught:
                await ask_page(asker, third.tracking_id, link)
            assert caught.value.fault is AskFault.TOO_MANY


async def test_a_page_that_takes_too_long_is_ended_as_a_request_is(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(runner: QueryRunner) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(QueryRunner, "run", hang)
    monkeypatch.setattr(service.service.deadlines, "_seconds", 0.0)

    error = await failure(page_asker(service.service), UNKNOWN_ID, visitor())

    assert error.fault is AskFault.UNAVAILABLE


async def test_a_database_that_is_away_is_told_apart_from_an_unknown_order(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API answers an outage within its answer; a page has nothing to show then."""

    async def fail(runner: QueryRunner) -> None:
        raise OSError

    monkeypatch.setattr(QueryRunner, "run", fail)

    error = await failure(page_asker(service.service), UNKNOWN_ID, visitor())

    assert error.fault is AskFault.UNAVAILABLE
