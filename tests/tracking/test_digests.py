"""Digests are stored, so that a later version must compute the same ones.

A digest here changes only if the content means something else. Then what clients repeat across the
upgrade is refused as other content, or stored twice.
"""

from dataclasses import field, make_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from access.viewer import SYSTEM
from commands.importing.entries import identify
from models.carrier_families import CarrierFamilies
from models.enums import (
    DeliveryMethod,
    EventClassifier,
    ExceptionSeverity,
    ExceptionType,
    Party,
    TimePrecision,
    TrackingEventType,
)
from models.node_ids import NodeType, node_id
from tracking.events.checked_events import check_event
from tracking.inputs import (
    AddressDraft,
    CustomerDraft,
    EstimateDraft,
    EventDraft,
    ExceptionDraft,
    ItemDraft,
    LocationDraft,
    MetadatumDraft,
    OrderDraft,
    PiecesDraft,
    ShipmentDraft,
)
from unit_of_work.idempotency import digest

MOMENT = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
ORDER_ID = UUID("019529a0-0000-7000-8000-000000000001")
LOCATION = LocationDraft(
    name="Depot 1", city="Berlin", postal_code="10115", country="DE", latitude=52.5, longitude=13.4
)
ESTIMATE = EstimateDraft(earliest=MOMENT, latest=MOMENT, reason="Weather")
CUSTOMER = CustomerDraft(
    external_id="c1",
    name="Customer 1",
    email="customer1@example.com",
    phone="+49 30 1",
    locale="de",
)
ADDRESS = AddressDraft(
    name="Customer 1",
    company="Company 1",
    line1="Sample Street 1",
    line2="Back yard",
    city="Berlin",
    region="BE",
    postal_code="10115",
    country="DE",
    phone="+49 30 1",
    latitude=52.5,
    longitude=13.4,
)
SHORT_ORDER = OrderDraft(
    customer=CustomerDraft(name="Customer 1"),
    shipping_address=AddressDraft(line1="Sample Street 1", city="Berlin", country="DE"),
    items=[ItemDraft(sku="MUG", name="Mug", quantity=2)],
)
FULL_ORDER = OrderDraft(
    idempotency_key="k1",
    reference="R-1",
    customer=CUSTOMER,
    shipping_address=ADDRESS,
    delivery_method=DeliveryMethod.EXPRESS,
    items=[ItemDraft(sku="MUG", name="Mug", quantity=2, unit_price=Decimal("9.99"))],
    currency="EUR",
    total=Decimal("24.98"),
    placed_at=MOMENT,
    promised_at=MOMENT,
    metadata=[MetadatumDraft(key="channel", value="shop")],
)
FULL_SHIPMENT = ShipmentDraft(
    items=[PiecesDraft(item_id="aXRlbTox", quantity=1)],
    carrier="ups",
    service="Express",
    origin=LOCATION,
    occurred_at=MOMENT,
    idempotency_key="k1",
)
SHORT_EXCEPTION = ExceptionDraft(type=ExceptionType.DAMAGED, summary="Wet")
FULL_EXCEPTION = ExceptionDraft(
    idempotency_key="k1",
    shipment_id="c2hpcG1lbnQ6MQ==",
    type=ExceptionType.DAMAGED,
    severity=ExceptionSeverity.HIGH,
    caused_by=Party.CARRIER,
    summary="Wet",
    due_at=MOMENT,
    action_required=False,
)
CONTENTS: dict[str, tuple[Any, str]] = {
    "a short order": (
        SHORT_ORDER,
        "4ea848d87471cecc1f7e1b0e4d74dd476557763ad92bb6c660ebd003183b717c",
    ),
    "a full order": (
        FULL_ORDER,
        "d9a4a6cddfa48c1ab5f62f86d0f977954ef254485ab502461cfe4136b6a9d2e5",
    ),
    "a short shipment": (
        ("shipmentCreate", ORDER_ID, ShipmentDraft()),
        "19c53e3c2f91d3d8c57d293086b70c6c79c7a0f033e9700cfc1513eb7c815ffc",
    ),
    "a full shipment": (
        ("shipmentCreate", ORDER_ID, FULL_SHIPMENT),
        "d2d338e3c0421ecfd2689178271713f9823c054ac48d356870da0e2e23658935",
    ),
    "a short exception": (
        ("exceptionOpen", ORDER_ID, SHORT_EXCEPTION),
        "be1ab90ccac355db299960c617debc2ed8845fcc1e9387e9751c5b55ddc01fc2",
    ),
    "a full exception": (
        ("exceptionOpen", ORDER_ID, FULL_EXCEPTION),
        "5d8a8b26809289591e66e06df65b1cfe183ba13732e148146f63098bec4bb467",
    ),
    "a note": (
        ("exceptionNoteAdd", "ZXhjZXB0aW9uOjE=", "Called the customer"),
        "f3521aaab77e529565abdedcb698bfeb63a5945608d02dab83cb94f5e15e8aba",
    ),
}
NUMBERED = EventDraft(
    carrier="ups",
    tracking_number="1Z999AA1",
    type=TrackingEventType.PICKED_UP,
    occurred_at=MOMENT,
)
FULL_EVENT = EventDraft(
    shipment_id=node_id(NodeType.SHIPMENT, ORDER_ID),
    type=TrackingEventType.DELAYED,
    classifier=EventClassifier.ESTIMATED,
    local_time="2026-03-01T14:05:00",
    time_zone="Europe/Berlin",
    precision=TimePrecision.MINUTE,
    location=LOCATION,
    description="Delayed by weather",
    carrier_code="X1",
    signed_by="Customer 1",
    exception_type=ExceptionType.WEATHER,
    estimate=ESTIMATE,
)
NAMED_EVENT = EventDraft(
    carrier="ups",
    tracking_number="1Z999AA1",
    type=TrackingEventType.PICKED_UP,
    occurred_at=MOMENT,
    source_event_id="e1",
)
FINGERPRINTS = {
    "an event of a number": (
        NUMBERED,
        "e78a1bde04a51f2ccdc808cdcc546cef8ed1582a7f4effbb40d23312ea871dea",
    ),
    "an event with everything": (
        FULL_EVENT,
        "9c91ea4095adc3ddfdcbef7bf22141ab18213a05f54db8c41e76ad09189467e8",
    ),
    "an event with its source's id": (
        NAMED_EVENT,
        "ae19fc020fbd310d520598b74894e9926485b118d86f5a87f5f52c78513c9cda",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_the_digest_of_an_input_stays_the_same(name: str) -> None:
    content, expected = CONTENTS[name]

    assert digest(content) == expected


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_the_fingerprint_of_an_event_stays_the_same(name: str) -> None:
    draft, expected = FINGERPRINTS[name]

    checked = check_event(CarrierFamilies(), "api", draft, MOMENT, SYSTEM)

    assert checked.event.fingerprint == expected


@pytest.mark.parametrize(
    ("reference", "key"),
    [
        ("R-1", "reference:R-1"),
        (
            "R" * 200,
            "reference:sha256:c88ea60b06f669021ee6a038eaec40fa5b164ed9d07c19ca9e01b7ac1986ad1b",
        ),
    ],
)
def test_the_identity_of_an_imported_order_stays_the_same(reference: str, key: str) -> None:
    draft = OrderDraft(**{**vars(SHORT_ORDER), "reference": reference})

    identify(draft, [])

    assert draft.idempotency_key == key


@pytest.mark.parametrize("default", [None, 0, "standard"])
@pytest.mark.parametrize("draft", [FULL_ORDER, FULL_SHIPMENT, FULL_EXCEPTION, CUSTOMER, LOCATION])
def test_another_optional_field_does_not_change_a_digest(draft: Any, default: Any) -> None:
    kind = type(draft)
    extended = make_dataclass(
        kind.__name__, [("new_field", Any, field(default=default))], bases=(kind,), kw_only=True
    )

    assert digest([extended(**vars(draft))]) == digest([draft])
    assert digest([extended(**vars(draft), new_field="other")]) != digest([draft])


def test_a_default_that_is_written_out_does_not_change_a_digest() -> None:
    written_out = OrderDraft(
        **{**vars(SHORT_ORDER), "delivery_method": DeliveryMethod.STANDARD, "currency": "USD"}
    )

    assert digest(written_out) == digest(SHORT_ORDER)
