"""An order with every personal field set to a value that stands nowhere else, and a dump of all."""

from typing import Any

from access.viewer import SYSTEM
from database.connections import connection, is_postgres
from models.enums import TrackingEventType
from models.orders import Order
from tests.factories.acts import (
    make_dispatched_shipment,
    make_events,
    make_exception_id,
    make_order,
)
from tests.factories.drafts import ago, build_carrier_event_draft
from tracking.exceptions.commands import add_exception_note
from tracking.inputs import AddressDraft, CustomerDraft, LocationDraft, MetadatumDraft
from unit_of_work.unit_of_work import Tracker

NUMBER = "1Z999AA10123456784"
CUSTOMER = {
    "external_id": "PERSON-1",
    "name": "Person Two",
    "email": "person3@example.com",
    "phone": "+49 30 4444",
    "locale": "gsw-CH",
}
ADDRESS: dict[str, Any] = {
    "name": "Person Five",
    "company": "Company Six",
    "line1": "Street Seven",
    "line2": "Floor Eight",
    "postal_code": "PC-NINE",
    "phone": "+49 30 1010",
    "latitude": 51.111111,
    "longitude": 12.121212,
}
PLACE: dict[str, Any] = {
    "name": "Neighbour Thirteen",
    "postal_code": "PC-FOURTEEN",
    "latitude": 51.151515,
    "longitude": 12.161616,
}
DESCRIPTION = "Given to Person Seventeen"
SIGNATURE = "Person Eighteen"
PERSONAL = (
    *(str(value).casefold() for values in (CUSTOMER, ADDRESS, PLACE) for value in values.values()),
    *(DESCRIPTION.casefold(), SIGNATURE.casefold()),
)
"""The personal values as they stand in a dump, whose letters are all small."""


async def make_personal_order(
    tracker: Tracker, *, number: str = NUMBER, reference: str | None = "R-1"
) -> Order:
    """Makes an order that was delivered, with an exception and a note."""
    order = await make_order(
        tracker,
        reference=reference,
        customer=CustomerDraft(**CUSTOMER),
        shipping_address=AddressDraft(**ADDRESS, city="Leipzig", region="SN", country="DE"),
        metadata=[MetadatumDraft(key="till", value="7")],
    )
    await make_dispatched_shipment(tracker, order, number=number)
    await make_events(
        tracker,
        build_carrier_event_draft(
            TrackingEventType.DELIVERED,
            number,
            occurred_at=ago(hours=2),
            location=LocationDraft(**PLACE, city="Leipzig", region="SN", country="DE"),
            description=DESCRIPTION,
            signed_by=SIGNATURE,
        ),
    )
    exception_id = await make_exception_id(tracker, order, summary="The box was open")
    await add_exception_note(tracker, SYSTEM, exception_id, "A new box was sent")
    await order.refresh_from_db()
    return order


async def dump() -> str:
    """Return every value of every row of every table, in small letters; those of the search index
    as well."""
    tables = (
        "SELECT quote_ident(table_name) AS name FROM information_schema.tables"
        " WHERE table_schema = 'public'"
        if is_postgres()
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    lines = []
    for row in await connection().execute_query_dict(tables):
        for values in await connection().execute_query_dict(f"SELECT * FROM {row['name']}"):
            lines += [f"{row['name']}: {_text(value)}" for value in values.values()]
    return "\n".join(lines).casefold()


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


async def personal_values() -> set[str]:
    """Return the personal values that the database holds."""
    held = await dump()
    return {value for value in PERSONAL if value in held}
