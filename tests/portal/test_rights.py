"""No page, stream or header tells a stranger of a person or a price, nor a customer of the staff.

Every value that somebody may not see is a word that stands nowhere else.
"""

import logging
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from tortoise.models import Model

from models.customers import Customer
from models.estimates import Estimate
from models.events import TrackingEvent
from models.exceptions import ExceptionNote, OrderException
from models.orders import Address, Order, OrderItem
from models.shipments import Shipment
from portal.documents import live_address, read_documents
from tests.event_stream_reader import EventReader
from tests.live_server import RunningService
from tests.plans.datasets import LONG_LISTS, TYPICAL, insert_dataset
from tests.plans.datasets.order_aggregates import DatasetSize
from tests.portal.links import mailed_link, visit
from tests.timeouts import TIMEOUT

PRICE = Decimal("7654321")
PLACE = {
    "name": "zqplace",
    "city": "Leipzig",
    "region": "Saxony",
    "postalCode": "zqplacecode",
    "country": "DE",
    "latitude": 51.347859,
    "longitude": 12.394857,
}
PERSONAL: dict[type[Model], dict[str, Any]] = {
    Customer: {"name": "zqname", "email": "zq@example.com", "phone": "zqphone"},
    Address: {
        "name": "zqrecipient",
        "company": "zqcompany",
        "line1": "zqstreet",
        "line2": "zqfloor",
        "postal_code": "zqcode",
        "phone": "zqmobile",
        "latitude": 52.529384,
        "longitude": 13.394857,
    },
    Order: {"total_minor": int(PRICE)},
    OrderItem: {"unit_price_minor": int(PRICE)},
    Shipment: {"signed_by": "zqsigner", "origin": PLACE},
    TrackingEvent: {"description": "zqremark", "signed_by": "zqhand", "location": PLACE},
}
"""What only the customer sees."""
OF_STAFF: dict[type[Model], dict[str, Any]] = {
    Order: {
        "metadata": {"zqkey": "zqvalue"},
        "hold_reason": "zqhold",
        "cancel_reason": "zqcancel",
        "estimate_reason": "zqguess",
    },
    Shipment: {"cancel_reason": "zqstop", "estimate_reason": "zqslip"},
    TrackingEvent: {"carrier_code": "zqcode7", "source": "zqsource", "estimate_reason": "zqwhy"},
    OrderException: {"summary": "zqsummary", "assignee": "zqassignee"},
    ExceptionNote: {"author": "zqauthor", "body": "zqnote"},
    Estimate: {"reason": "zqreason"},
}
"""What no page shows to anybody."""


def texts_in(values: dict[type[Model], dict[str, Any]]) -> list[str]:
    """The texts and numbers that must not stand on a page, as they might be written there."""
    texts: list[str] = []
    for value in [value for columns in values.values() for value in columns.values()]:
        if isinstance(value, dict):
            hidden = [
                one for name, one in value.items() if name not in ("city", "region", "country")
            ]
            texts += [str(one) for one in hidden]
        elif value == int(PRICE):
            texts += ["76,543", "76543", "76.543", "7,654,321", "7654321"]
        else:
            texts.append(str(value))
    return texts


def found(texts: list[str], reply: httpx2.Response) -> list[str]:
    shown = f"{reply.headers.multi_items()} {reply.text}"
    return [text for text in texts if text in shown]


async def mark_everything() -> None:
    """Give each value that somebody may not see its word, in every row."""
    for values in (PERSONAL, OF_STAFF):
        for model, columns in values.items():
            await model.all().update(**columns)
    for order in await Order.all():
        await Order.filter(id=order.id).update(reference=f"zqreference-{order.id.hex}")


@pytest.mark.parametrize(("seed", "size"), [(1, TYPICAL), (2, TYPICAL), (3, LONG_LISTS)])
async def test_pages_tell_nobody_what_they_may_not_see(
    service: RunningService,
    caplog: pytest.LogCaptureFixture,
    seed: int,
    size: DatasetSize,
) -> None:
    caplog.set_level(logging.INFO, "whereabouts")
    await insert_dataset(seed, size)
    await mark_everything()
    visitor, personal = visit(service), [*texts_in(PERSONAL), "zqreference"]
    staff = texts_in(OF_STAFF)

    for order in await Order.all():
        path, token = f"/t/{order.tracking_id}", await mailed_link(service, order)
        for page in ("", "/print", "/embed"):
            reply = await visitor.get(f"{path}{page}")
            assert reply.status_code == 200, (page, order.tracking_id)
            assert found([*personal, *staff], reply) == [], page
        own = await visitor.get(path, link=token)
        framed = await visitor.get(f"{path}/embed", link=token)
        assert found(staff, own) == []
        assert {"zqstreet", "zqcode", "zqreference"} <= set(found(personal, own))
        assert found([*personal, *staff], framed) == []
        await assert_stream_tells_positions(service, order, [*personal, *staff])
    assert [text for text in personal if text in caplog.text] == []


async def assert_stream_tells_positions(
    service: RunningService, order: Order, texts: list[str]
) -> None:
    """The first change in the stream of an order's page has nothing but numbers."""
    address = live_address(read_documents(), order.tracking_id, 0)
    accept = {"Accept": "text/event-stream"}
    async with service.http.stream("GET", address, headers=accept) as response:
        events = EventReader(response, TIMEOUT)
        await events.next()
        ((_, answer),) = await events.results(1)
    change = answer["data"]["orderChanged"]
    assert change.keys() == {"position", "sequence"}
    assert [text for text in texts if text in f"{answer} {response.headers}"] == []
