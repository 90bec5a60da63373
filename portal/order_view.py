"""The view of an order: everything that its page says, made of an answer of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from datetime import datetime

from language.facts import OrderFacts
from language.locales import Language
from language.steps import ProgressStep, steps
from models.enums import OrderStatus
from portal.cards import ActionCard, NoticeCard, view_cards
from portal.item_lines import ItemLine, item_price, preparation_text, view_items
from portal.order_facts import read_order
from portal.parcels import ParcelView, view_parcels
from portal.personal import PersonalDetails, view_personal
from portal.provisional import arrival, headline
from portal.view_context import ViewContext
from web.pages.brand import Brand


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """When it comes, and what was said before."""

    text: str
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class OrderView:
    """The page of an order in words."""

    tracking_id: str
    tone: str
    icon: str
    headline: str
    detail: str | None
    arrival: ArrivalView | None
    action: ActionCard | None
    notice: NoticeCard | None
    steps: tuple[ProgressStep, ...]
    parcels: tuple[ParcelView, ...]
    in_preparation: str | None
    items: tuple[ItemLine, ...]
    personal: PersonalDetails | None
    help_text: str
    as_of: str
    as_of_moment: str
    is_live: bool

    @property
    def has_several_parcels(self) -> bool:
        return len(self.parcels) > 1

    @property
    def status_line(self) -> str:
        """What is read aloud when it changes."""
        parts = (self.headline, None if self.arrival is None else self.arrival.text)
        return ". ".join(part for part in parts if part)


def view_order(answer: Mapping[str, Any], language: Language, brand: Brand, now: datetime, *, is_personal: bool) -> OrderView:
    order = read_order(answer)
    context = ViewContext(language, brand, now, order.destination, is_personal)
    said, detail = headline(order, context)
    eta = arrival(order.estimate, context)
    action, notice = view_cards(order, context)
    prices = {item["id"]: item_price(item, context) for item in answer["items"]}
    return OrderView(
        tracking_id=order.tracking_id,
        tone="moving", icon="truck",
        headline=said, detail=detail,
        arrival=None if eta is None else ArrivalView(eta),
        action=action, notice=notice,
        steps=steps(language, order),
        parcels=view_parcels(order, context),
        in_preparation=preparation_text(order, context),
        items=view_items(order, prices, context) if context.shows_contents else (),
        personal=view_personal(answer, context),
        help_text="Tell us.",
        as_of=context.language.time(now), as_of_moment=now.isoformat(timespec="minutes"),
        is_live=True,
    )
