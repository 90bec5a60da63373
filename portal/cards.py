"""Cards about troubles: the one that asks the customer for something, and the one with the rest."""

from collections.abc import Iterable
from dataclasses import dataclass

from language.carriers import carrier_name
from language.facts import OrderFacts, ShipmentFacts
from language.headline_parts import HeadlineKind
from language.messages import message
from language.troubles import TroubleText, trouble_cards
from models.enums import ExceptionType
from portal.carrier_pages import carrier_page
from portal.layout import CONTACT_US, PageLink
from portal.view_context import ViewContext

AT_THE_CARRIER = frozenset(
    {
        ExceptionType.RECIPIENT_UNAVAILABLE,
        ExceptionType.ACCESS_RESTRICTED,
        ExceptionType.NOT_COLLECTED,
    }
)
"""The customer settles these on the carrier's page."""
OPEN_CARRIER = message("Go to %(carrier)s")
OPEN_PARCEL = message("Go to the carrier's page")


@dataclass(frozen=True, slots=True)
class ActionCard:
    """The trouble that the customer can do something about. `request` says what that is."""

    title: str
    text: str | None
    request: str | None
    links: tuple[PageLink, ...]


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """The troubles that are said without asking for anything."""

    title: str
    troubles: tuple[TroubleText, ...]


def view_cards(
    order: OrderFacts, told: HeadlineKind, context: ViewContext
) -> tuple[ActionCard | None, NoticeCard | None]:
    """Return the card that asks for something and the one with all other open troubles.

    `told` is what the headline is about.
    """
    is_silence_told = told is HeadlineKind.NO_NEWS
    cards = trouble_cards(context.language, order, is_silence_told=is_silence_told)
    action, others = cards.action, cards.others_title
    return (
        None if action is None else _action(action, order, context),
        None if others is None else NoticeCard(others, cards.others),
    )


def _action(trouble: TroubleText, order: OrderFacts, context: ViewContext) -> ActionCard:
    shipments = [one for one in order.shipments if one.id in trouble.shipment_ids]
    if trouble.type in AT_THE_CARRIER:
        links = [
            *carrier_links(order, shipments or order.shipments, context),
            *help_links(context),
        ]
    else:
        links = help_links(context)
    return ActionCard(trouble.title, trouble.text, trouble.action, tuple(links))


def carrier_links(
    order: OrderFacts, shipments: Iterable[ShipmentFacts], context: ViewContext
) -> list[PageLink]:
    """Return a link to the carrier's page if that is one page."""
    known = [(carrier_page(order, one), one.carrier) for one in shipments]
    pages = {(address, carrier) for address, carrier in known if address is not None}
    if len(pages) != 1:
        return []
    address, carrier = pages.pop()
    name = carrier_name(carrier)
    language = context.language
    label = language.say(OPEN_PARCEL) if name is None else language.say(OPEN_CARRIER, carrier=name)
    return [PageLink(address or "", label, is_external=True)]


def help_links(context: ViewContext) -> list[PageLink]:
    """Return a link to the shop's help if there is one."""
    brand_help = context.brand.help
    address = brand_help.url or (f"mailto:{brand_help.mail}" if brand_help.mail else None)
    return [PageLink(address, context.language.say(CONTACT_US))] if address else []
