"""Carriers' pages about parcels, and when none of ours leads there."""

from language.facts import OrderFacts, ShipmentFacts
from language.progress import open_troubles_of
from models.enums import ExceptionType
from portal.addresses import web_address

NOT_BY_A_LINK = (ExceptionType.PAYMENT_DUE, ExceptionType.IDENTITY_CHECK_FAILED)
"""While one of these is open, the reader has to open the carrier's page without us. Criminals send
links to pages on which something is to be paid or an ID is to be shown, so that no page of ours may
look like theirs."""


def carrier_page(order: OrderFacts, shipment: ShipmentFacts) -> str | None:
    """Return the address of the carrier's page about a parcel, None if no link may lead there."""
    troubles = open_troubles_of(order, *NOT_BY_A_LINK)
    if any(trouble.shipment_id in (None, shipment.id) for trouble in troubles):
        return None
    return web_address(shipment.tracking_url)
