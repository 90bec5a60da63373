"""The parcels of an order: each with its carrier, its status and its timeline."""

from dataclasses import dataclass

from language.carriers import carrier_name
from language.estimates import EstimateText, shipment_estimate
from language.facts import OrderFacts, ShipmentFacts
from language.messages import message
from language.progress import open_troubles_of
from language.statuses import shipment_status
from language.troubles import trouble_cards
from models.enums import ExceptionType, ShipmentStatus
from portal.carrier_pages import carrier_page
from portal.item_lines import ItemLine, view_contents
from portal.route import Route, route_of
from portal.timeline import ParcelTimeline, view_timeline
from portal.view_context import ViewContext

ONLY_PARCEL = message("Your parcel")
PARCEL_OF = message("Parcel %(number)s of %(all)s")
SIGNED_BY = message("Signed for by %(name)s")
ARRIVED = (ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.LOST)
"""The statuses of parcels that nobody waits for any more."""
TONES = {
    ShipmentStatus.PENDING: "quiet",
    ShipmentStatus.PACKED: "quiet",
    ShipmentStatus.PRE_TRANSIT: "quiet",
    ShipmentStatus.DELIVERY_ATTEMPTED: "wait",
    ShipmentStatus.AVAILABLE_FOR_PICKUP: "wait",
    ShipmentStatus.DELIVERED: "good",
    ShipmentStatus.RETURNING: "wait",
    ShipmentStatus.LOST: "bad",
}
"""How a status is colored; the others are on their way."""


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel. `number` counts from the first that was packed, and stays as others come."""

    number: int
    name: str
    status: str
    tone: str
    is_open: bool
    arrival: EstimateText | None
    carrier: str | None
    tracking_number: str | None
    carrier_url: str | None
    signed_by: str | None
    contents: tuple[ItemLine, ...]
    timeline: ParcelTimeline
    route: Route | None


def view_parcels(order: OrderFacts, context: ViewContext) -> tuple[ParcelView, ...]:
    """Return the parcels without those that were cancelled: first those with an open trouble that
    the customer must know of, then the next to arrive."""
    oldest_first = order.shipments[::-1]
    held = [one for one in oldest_first if one.status is not ShipmentStatus.CANCELLED]
    numbered = list(enumerate(held, start=1))
    troubled = _troubled(order, context)
    numbered.sort(key=lambda pair: (pair[1].id not in troubled, *_place(pair[1], pair[0])))
    return tuple(
        _parcel(order, shipment, number, len(held), place == 0 or shipment.id in troubled, context)
        for place, (number, shipment) in enumerate(numbered)
    )


def _troubled(order: OrderFacts, context: ViewContext) -> set[str]:
    """Return the ids of shipments that are missing, or about which the customer is asked."""
    cards = trouble_cards(context.language, order)
    texts = [*([cards.action] if cards.action else []), *cards.others]
    asking = [id_ for text in texts if text.action is not None for id_ in text.shipment_ids]
    missing = open_troubles_of(order, ExceptionType.LOST, ExceptionType.STOLEN)
    return {*asking, *(trouble.shipment_id for trouble in missing if trouble.shipment_id)}


def _place(shipment: ShipmentFacts, number: int) -> tuple[bool, bool, float, int]:
    """Return what parcels are ordered by: those still to come first, by their estimates."""
    estimate = shipment.estimate
    soonest = float("inf") if estimate is None else estimate.latest.timestamp()
    return shipment.status in ARRIVED, estimate is None, soonest, number


def _parcel(
    order: OrderFacts,
    shipment: ShipmentFacts,
    number: int,
    count: int,
    is_open: bool,
    context: ViewContext,
) -> ParcelView:
    language, signed = context.language, shipment.signed_by
    return ParcelView(
        number=number,
        name=_name(number, count, context),
        status=shipment_status(language, shipment.status),
        tone=TONES.get(shipment.status, "moving"),
        is_open=is_open,
        arrival=shipment_estimate(language, order, shipment, context.now),
        carrier=carrier_name(shipment.carrier),
        tracking_number=shipment.tracking_number,
        carrier_url=carrier_page(order, shipment),
        signed_by=None if signed is None else language.say(SIGNED_BY, name=signed),
        contents=view_contents(shipment, context) if count > 1 and context.shows_contents else (),
        timeline=view_timeline(order, shipment, context),
        route=route_of(order, shipment, language),
    )


def _name(number: int, count: int, context: ViewContext) -> str:
    language = context.language
    if count == 1:
        return language.say(ONLY_PARCEL)
    return language.say(PARCEL_OF, number=language.number(number), all=language.number(count))
