"""Shops send webhooks to a running server, which stores them, answers, and takes them in."""

import asyncio
import gzip
import logging
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from access.secrets import new_secret_key, open_secrets
from config import Settings
from database.clock import database_now
from models.enums import OrderStatus
from models.enums.intakes import IntakeState
from models.enums.sources import SourceKind
from models.intakes import Intake
from models.orders import Address, Order
from models.sources import OrderSource
from sources.order_sources import create_source, revoke_source, rotate_secret
from sources.signatures import signature_of
from tests.live_server import RunningService, build_settings, running_service
from tests.log_messages import messages_of
from tests.sources.intakes import all_read
from tests.sources.shops import (
    DELIVERY_ID_HEADERS,
    SECRET,
    Shop,
    changed_order,
    encoded,
    every_kind,
    is_cancelled,
    moves_to,
    read_order,
    versions,
)
from web.request_body import MAXIMUM_BODY


@pytest.fixture
def settings(database_url: str, broadcast_url: str) -> Settings:
    keys = new_secret_key().get_secret_value()
    return build_settings(database_url, broadcast_url, WHEREABOUTS_SECRET_KEYS=keys)


@pytest.fixture
async def service(settings: Settings) -> AsyncGenerator[RunningService, None]:
    async with running_service(settings) as service:
        yield service


async def make_shop(
    service: RunningService, settings: Settings, kind: SourceKind = SourceKind.SHOPIFY
) -> Shop:
    """A source of the running server, and the shop that sends to it."""
    box = open_secrets(settings.secret_keys, settings.database_file)
    source = await create_source(box, "shop", kind, SecretStr(SECRET))
    return Shop(kind, service.http, f"/sources/{source.address_key}")


async def states() -> list[IntakeState]:
    return [intake.state for intake in await Intake.all().order_by("received_at", "id")]


@every_kind
async def test_a_history_is_taken_in(
    kind: SourceKind, service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings, kind)
    history = versions(kind, moves_to(kind, "Other Street 2"), is_cancelled(kind))

    for order in reversed(history):
        response = await shop.post(order)
        assert (response.status_code, response.content) == (202, b"")

    await all_read()
    assert await states() == [IntakeState.APPLIED] * 3
    order = await Order.get()
    assert order.status is OrderStatus.CANCELLED
    assert (await Address.get()).line1 == "Other Street 2"


@every_kind
async def test_a_delivery_that_comes_again_does_nothing(
    kind: SourceKind, service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings, kind)
    body = encoded(read_order(kind))
    headers = shop.headers(body)

    answers = [await shop.post(body, headers) for _ in range(3)]
    answers.append(await shop.post(body))
    together = await asyncio.gather(*[shop.post(body) for _ in range(5)])

    assert {answer.status_code for answer in [*answers, *together]} == {202}
    assert await Intake.all().count() == 1
    await all_read()
    assert await Order.all().count() == 1


@pytest.mark.parametrize(("kind", "kept"), [(SourceKind.SHOPIFY, 1), (SourceKind.WOOCOMMERCE, 2)])
async def test_an_id_makes_a_repeat_only_where_each_delivery_has_its_own(
    kind: SourceKind, kept: int, service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings, kind)
    placed, moved = map(encoded, versions(kind, moves_to(kind, "Other Street 2")))

    for body in (placed, moved):
        answer = await shop.post(body, {**shop.headers(body), DELIVERY_ID_HEADERS[kind]: "one id"})
        assert answer.status_code == 202

    await all_read()
    assert await states() == [IntakeState.APPLIED] * kept
    assert ((await Address.get()).line1 == "Other Street 2") is (kept == 2)


async def test_the_same_body_counts_again_on_another_day(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    await shop.send(read_order(SourceKind.SHOPIFY))
    await all_read()
    intake = await Intake.get()
    intake.received_at = intake.received_at.replace(year=intake.received_at.year - 1)
    await intake.save()

    await shop.send(read_order(SourceKind.SHOPIFY))

    assert await Intake.all().count() == 2


WRONG_SIGNATURES: dict[str, Any] = {
    "of another secret": lambda body: signature_of(SecretStr("other"), body),
    "of another body": lambda body: signature_of(SecretStr(SECRET), body + b" "),
    "cut": lambda body: signature_of(SecretStr(SECRET), body)[:-5],
    "in lower case": lambda body: signature_of(SecretStr(SECRET), body).lower(),
    "not base64": lambda body: "?",
    "of other characters": lambda body: "é".encode("latin-1"),
    "empty": lambda body: "",
}


@every_kind
@pytest.mark.parametrize("name", WRONG_SIGNATURES)
async def test_a_wrong_signature_is_refused_without_a_word(
    kind: SourceKind, name: str, service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings, kind)
    body = encoded(read_order(kind))
    headers: dict[str, Any] = shop.headers(body)
    signature = next(key for key in headers if "hmac" in key or "signature" in key)

    response = await shop.post(body, {**headers, signature: WRONG_SIGNATURES[name](body)})

    assert (response.status_code, response.content) == (401, b"")
    assert await Intake.all().count() == 0


@every_kind
async def test_a_missing_and_a_second_signature_are_refused(
    kind: SourceKind,
    service: RunningService,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    shop = await make_shop(service, settings, kind)
    body = encoded(read_order(kind))
    headers = shop.headers(body)
    signature = next(key for key in headers if "hmac" in key or "signature" in key)
    without = {name: value for name, value in headers.items() if name != signature}
    twice = [*headers.items(), (signature, headers[signature])]

    with caplog.at_level(logging.WARNING, "whereabouts.server"):
        assert (await shop.post(body, without)).status_code == 401
        twice_answer = await service.http.post(shop.path, content=body, headers=twice)

    assert twice_answer.status_code == 401
    line, *events = sorted(messages_of(caplog.records))
    assert line.startswith("A webhook to source shop was refused, as its signature is missing")
    assert events == ["event=SIGNATURE_REFUSED viewer=shop address=127.0.0.1"] * 2
    assert SECRET not in line


async def test_a_signature_of_the_other_system_is_none(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    body = encoded(read_order(SourceKind.WOOCOMMERCE))
    other = Shop(SourceKind.WOOCOMMERCE, service.http, shop.path)

    assert (await shop.post(body, other.headers(body))).status_code == 401


async def test_unknown_addresses_and_other_methods_are_refused(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    body = encoded(read_order(SourceKind.SHOPIFY))

    for path in ("/sources/" + "0" * 32, "/sources/x", "/sources/", shop.path.upper()):
        answer = await service.http.post(path, content=body, headers=shop.headers(body))
        assert answer.status_code == 404
    answer = await service.http.get(shop.path)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_body_may_have_one_mebibyte(service: RunningService, settings: Settings) -> None:
    shop = await make_shop(service, settings)

    assert (await shop.post(b" " * MAXIMUM_BODY)).status_code == 202
    assert (await shop.post(b" " * (MAXIMUM_BODY + 1))).status_code == 413

    await all_read()
    assert [intake.problem for intake in await Intake.all()] == ["The body is not JSON."]


async def test_a_compressed_body_is_not_unpacked(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    body = gzip.compress(b"[" * 50_000_000)

    assert (await shop.post(body, shop.headers(body, **{"content-encoding": "gzip"}))).is_success

    await all_read()
    assert await states() == [IntakeState.FAILED]


async def test_the_ping_of_woocommerce_is_answered_as_it_wants(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings, SourceKind.WOOCOMMERCE)
    form = {"content-type": "application/x-www-form-urlencoded"}

    ping = await service.http.post(shop.path, content=b"webhook_id=7", headers=form)
    other = await service.http.post(shop.path, content=b"webhook_id=7&x=1", headers=form)

    assert (ping.status_code, other.status_code) == (200, 401)
    assert await Intake.all().count() == 0


async def test_two_secrets_hold_while_one_takes_the_place_of_the_other(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    box = open_secrets(settings.secret_keys, settings.database_file)
    await rotate_secret(box, "shop", SecretStr("new secret"))
    orders = [changed_order(SourceKind.SHOPIFY, note=str(number)) for number in range(3)]

    assert (await shop.post(orders[0])).status_code == 202
    shop.secret = "new secret"
    assert (await shop.post(orders[1])).status_code == 202

    await OrderSource.all().update(previous_until=database_now())
    shop.secret = SECRET
    assert (await shop.post(orders[2])).status_code == 401


async def test_a_revoked_source_is_unknown_and_what_it_sent_is_read(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    await shop.send(read_order(SourceKind.SHOPIFY))
    await revoke_source("shop")

    assert (await shop.post(read_order(SourceKind.SHOPIFY))).status_code == 404
    await all_read()
    assert await states() == [IntakeState.APPLIED]


async def test_a_secret_that_cannot_be_read_asks_for_another_try(
    service: RunningService, settings: Settings, engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop = await make_shop(service, settings)
    await OrderSource.all().update(secret="of another key")

    with caplog.at_level(logging.WARNING, "whereabouts.server"):
        answer = await shop.post(read_order(SourceKind.SHOPIFY))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    (line,) = messages_of(caplog.records)
    place = {"sqlite": "the file ", "postgres": "the earlier key back into WHEREABOUTS_SECRET_KEYS"}
    assert f"It was encrypted with another key: put {place[engine]}" in line


async def test_a_body_that_cannot_be_taken_in_is_kept_with_its_problem(
    service: RunningService, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    shop = await make_shop(service, settings)
    body = changed_order(SourceKind.SHOPIFY, shipping_address=None, billing_address=None)

    with caplog.at_level(logging.WARNING, "whereabouts.sources"):
        await shop.send(body)
        await all_read()

    intake = await Intake.get()
    assert intake.body == encoded(body)
    assert (intake.state, intake.attempts) == (IntakeState.FAILED, 1)
    assert intake.problem == "shipping_address: is missing, and so is billing_address."
    assert await Order.all().count() == 0
    assert messages_of(caplog.records) == [
        "A webhook of source shop could not be taken in: `whereabouts sources failed` says why."
    ]


async def test_a_draft_that_is_refused_says_which_field(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    await shop.send(changed_order(SourceKind.SHOPIFY, email="customer1"))
    await all_read()

    problem = (await Intake.get()).problem

    assert problem is not None
    assert problem.startswith("customer.email: This is not an e-mail address.")


async def test_a_webhook_that_says_nothing_of_orders_is_ignored(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    body = encoded({"id": 1})
    await shop.post(body, shop.headers(body, **{"x-shopify-topic": "products/create"}))
    await all_read()

    intake = await Intake.get()
    assert intake.state is IntakeState.IGNORED
    assert intake.problem == "The topic products/create has no orders to take in."


async def test_a_shop_that_stops_in_the_middle_of_a_body_leaves_nothing(
    service: RunningService, settings: Settings
) -> None:
    shop = await make_shop(service, settings)
    host, port = service.address.split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {shop.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"
    writer.write(head.encode() + b"{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    assert (await service.http.get("/livez")).is_success
    assert await Intake.all().count() == 0


async def test_a_shop_gets_through_when_the_database_is_back(
    service: RunningService, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await make_shop(service, settings)
    answers: list[httpx2.Response] = []
    original = OrderSource.get_or_none

    def away(*arguments: object, **options: object) -> object:
        monkeypatch.setattr(OrderSource, "get_or_none", original)
        raise ConnectionRefusedError

    monkeypatch.setattr(OrderSource, "get_or_none", away)
    answers.append(await shop.post(read_order(SourceKind.SHOPIFY)))
    answers.append(await shop.post(read_order(SourceKind.SHOPIFY)))

    assert [answer.status_code for answer in answers] == [503, 202]
    assert answers[0].headers["retry-after"] == "30"
