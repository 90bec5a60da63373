"""The view of an order: everything that its page says, made of an answer of the API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from language.estimates import EstimateText
from language.facts import OrderFacts
from language.headline_parts import HeadlineKind
from language.headlines import headline
from language.locales import Language
from language.messages import message
from language.plain_values import plain_city
from language.steps import ProgressStep, steps
from models.enums import OrderStatus
from portal.cards import ActionCard, NoticeCard, view_cards
from portal.item_lines import ItemLine, item_price, preparation_text, view_items
from portal.next_steps import NextSteps, view_next_steps
from portal.order_facts import read_order
from portal.parcels import ParcelView, view_parcels
from portal.personal import PersonalDetails, view_personal
from portal.timeline import OLDER_LEFT_OUT
from portal.view_context import ViewContext
from web.pages.brand import Brand


class Look(NamedTuple):
    """How a headline is colored, and the icon beside it."""

    tone: str
    icon: str


LOOKS = MappingProxyType(
    {
        HeadlineKind.CANCELLED: Look("quiet", "stop"),
        HeadlineKind.LOST: Look("bad", "alert"),
        HeadlineKind.BACK: Look("quiet", "back"),
        HeadlineKind.GOING_BACK: Look("wait", "back"),
        HeadlineKind.READY_TO_COLLECT: Look("good", "store"),
        HeadlineKind.NOT_DELIVERED: Look("wait", "alert"),
        HeadlineKind.ARRIVED: Look("good", "check"),
        HeadlineKind.PARTLY_ARRIVED: Look("good", "box"),
        HeadlineKind.OUT_FOR_DELIVERY: Look("moving", "truck"),
        HeadlineKind.NO_NEWS: Look("wait", "clock"),
        HeadlineKind.ON_ITS_WAY: Look("moving", "truck"),
        HeadlineKind.PACKED: Look("moving", "box"),
        HeadlineKind.ON_HOLD: Look("wait", "pause"),
        HeadlineKind.PREPARING: Look("moving", "box"),
        HeadlineKind.RECEIVED: Look("moving", "check"),
    }
)
CANCELLED_ON = message("Cancelled on %(day)s")
FINISHED = (OrderStatus.CANCELLED, OrderStatus.RETURNED)
"""Nothing more happens to these orders. To a delivered one, something still may."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """The page of an order in words."""

    tracking_id: str
    look: Look
    headline: str
    detail: str | None
    question: str | None
    """A question whose answer is where help is: "Not there? Tell us."."""
    arrival: EstimateText | None
    next_steps: NextSteps
    action: ActionCard | None
    notice: NoticeCard | None
    steps: tuple[ProgressStep, ...]
    parcels: tuple[ParcelView, ...]
    in_preparation: str | None
    left_out: str | None
    """A sentence about updates that the page does not show."""
    items: tuple[ItemLine, ...]
    personal: PersonalDetails | None
    as_of: "AsOf"
    cancelled: str | None
    """The day on which the order was cancelled: nothing of it changes any more."""
    is_live: bool

    @property
    def has_several_parcels(self) -> bool:
        return len(self.parcels) > 1

    @property
    def status_line(self) -> str:
        """The line that is read aloud when it changes."""
        parts = (self.headline, None if self.arrival is None else self.arrival.text)
        return ". ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the page was made, for people at the destination and for machines.

    `city` is where the clock shows that day and time, None if they are those of UTC.
    """

    day: str
    time: str
    moment: str
    city: str | None


def view_order(
    answer: Mapping[str, Any],
    language: Language,
    brand: Brand,
    now: datetime,
    *,
    is_personal: bool,
) -> OrderView:
    """Return what the page says of the answer's `order` at a time, which is in UTC.

    `is_personal` says that the answer was given to the order's customer.
    """
    order = read_order(answer)
    context = ViewContext(language, brand, now, order.destination, is_personal)
    refunds = brand.refunds.get(language.code)
    said = headline(language, order, now, refund_words=refunds)
    action, notice = view_cards(order, said.kind, context)
    prices = {item["id"]: item_price(item, context) for item in answer["items"]}
    return OrderView(
        tracking_id=order.tracking_id,
        look=LOOKS[said.kind],
        headline=said.title,
        # The card above says that already.
        detail=None if action is not None and said.line == action.title else said.line,
        question=said.question,
        arrival=said.estimate,
        next_steps=view_next_steps(order, said, action, context),
        action=action,
        notice=notice,
        steps=steps(language, order),
        parcels=view_parcels(order, context),
        in_preparation=preparation_text(order, context),
        left_out=language.say(OLDER_LEFT_OUT) if order.has_older_events else None,
        items=view_items(order, prices, context) if context.shows_contents else (),
        personal=view_personal(answer, context),
        as_of=_as_of(context),
        cancelled=_cancelled(order, context),
        is_live=order.status not in FINISHED,
    )


def _cancelled(order: OrderFacts, context: ViewContext) -> str | None:
    if order.status is not OrderStatus.CANCELLED or order.cancelled_at is None:
        return None
    day = context.language.day(context.clock.day(order.cancelled_at), context.today)
    return context.language.say(CANCELLED_ON, day=day)


def _as_of(context: ViewContext) -> AsOf:
    """Return the time of the page by the clock of the destination's city, if both are known."""
    local, city = context.clock.local(context.now), plain_city(context.destination)
    if local is None or city is None:
        local, city = context.now, None
    return AsOf(
        context.language.short_day(local.date(), context.today),
        context.language.time(local) + ("" if city else " UTC"),
        context.now.isoformat(timespec="minutes"),
        city,
    )
