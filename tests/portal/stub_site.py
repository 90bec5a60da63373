"""The portal over an API that a test plays: pages without a server and a database."""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from starlette.applications import Starlette

from language.catalog import open_catalogs
from models.enums import ExceptionType
from portal.addresses import PageAddresses
from portal.documents import ORDER_SEQUENCE, read_documents
from portal.layout import STYLES, PageLayouts
from portal.links import LinkDoors
from portal.order_pages import OrderPages
from portal.pages import Portal
from web.client_log_lines import ClientWarnings
from web.origins import Origins
from web.pages.asker import Answer, Visitor
from web.pages.assets import Assets
from web.pages.brand import Brand
from web.pages.templates import Templates

PORTAL = Path(__file__).parents[2] / "portal"
TRACKING_ID = "WA-7K3M-9QXP-2V4T-8HRC-J"
CARRIER = "https://carrier.example/1"
LINK = "wa_link_valid"


def order_answer(**values: Any) -> dict[str, Any]:
    """What the API answers of an order to a stranger."""
    nothing = dict.fromkeys(
        ("promisedAt", "confirmedAt", "shippedAt", "deliveredAt", "cancelledAt", "estimate")
    )
    return {
        "trackingId": TRACKING_ID,
        "sequence": 1,
        "position": 7,
        "status": "CONFIRMED",
        "health": "ON_TRACK",
        "deliveryMethod": "STANDARD",
        "isLate": False,
        "placedAt": "2026-11-28T08:00:00+00:00",
        **nothing,
        "destination": {"city": "Tokyo", "region": None, "country": "JP"},
        "items": [],
        "exceptions": [],
        "shipments": [],
        "events": {"totalCount": 0, "nodes": []},
        **values,
    }


def item_answer(name: str, **values: Any) -> dict[str, Any]:
    """What the API answers of a line of an order of which nothing was sent yet."""
    counts = ("allocated", "shipped", "delivered", "cancelled", "returned", "lost")
    nothing = {f"{count}Quantity": 0 for count in counts}
    return {"id": f"item {name}", "name": name, "quantity": 1, **nothing, **values}


def shipment_answer(number: int, status: str, **values: Any) -> dict[str, Any]:
    """What the API answers of a parcel, which has a page of its carrier."""
    nothing = dict.fromkeys(
        ("packedAt", "shippedAt", "deliveredAt", "estimate", "origin", "statusEvent")
    )
    return {
        "id": f"shipment {number}",
        "carrier": "ups",
        "trackingNumber": f"1Z{number}",
        "trackingUrl": CARRIER,
        "status": status,
        "health": "ON_TRACK",
        "createdAt": "2026-11-28T08:00:00+00:00",
        **nothing,
        "estimates": [],
        "items": [],
        **values,
    }


def estimate_answer(day: int) -> dict[str, Any]:
    """What the API answers of an estimate for a day of December."""
    return {
        "earliest": f"2026-12-{day:02}T01:00:00+00:00",
        "latest": f"2026-12-{day:02}T05:00:00+00:00",
        "source": "CARRIER",
        "revisedAt": "2026-11-28T08:00:00+00:00",
    }


def trouble_answer(type_: ExceptionType, **values: Any) -> dict[str, Any]:
    """What the API answers of an open exception of the first parcel."""
    return {
        "id": f"exception {type_}",
        "type": type_,
        "severity": "MEDIUM",
        "status": "OPEN",
        "actionRequired": True,
        "openedAt": "2026-11-30T08:00:00+00:00",
        "resolvedAt": None,
        "resolution": None,
        "shipment": {"id": "shipment 1"},
        **values,
    }


@dataclass
class StubAsker:
    """Answers with an order, or fails, and remembers what it was asked."""

    order: dict[str, Any] | None = field(default_factory=order_answer)
    failure: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def ask(self, operation: str, variables: Mapping[str, Any], visitor: Visitor) -> Answer:
        self.asked.append(operation)
        if self.failure is not None:
            raise self.failure
        if operation == ORDER_SEQUENCE and self.order is not None:
            names = ("trackingId", "sequence", "position")
            return Answer({"order": {name: self.order[name] for name in names}})
        return Answer({"order": self.order})


@asynccontextmanager
async def visiting(
    asker: StubAsker,
    brand: Brand | None = None,
    *,
    opens_by_proof: bool = True,
    prefix: str = "",
    public_address: str = "",
    followers: Callable[[], int] = lambda: 0,
) -> AsyncGenerator[httpx2.AsyncClient, None]:
    """A client of the portal's pages, which follows no redirects. Every order has the followers."""
    brand = brand or Brand()
    assets = Assets([PORTAL / "assets"], brand.asset_files(), joined=STYLES, prefix=prefix)
    templates = Templates([PORTAL / "templates"], assets)
    addresses = PageAddresses(prefix, public_address)
    layouts = PageLayouts(
        templates, open_catalogs(), brand, addresses, opens_by_proof=opens_by_proof
    )
    orders = OrderPages(asker, read_documents(), layouts, lambda _: followers())
    doors = LinkDoors(asker, Origins((), ClientWarnings()), addresses)
    app = Starlette(routes=Portal(layouts, orders, doors).routes())
    transport = httpx2.ASGITransport(app=app, client=("192.0.2.1", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client
