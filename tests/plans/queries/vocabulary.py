"""The vocabulary of generated queries: texts for arguments, and kinds of placeholders.

A text that begins with @ names a kind of value in the dataset.
"""

from collections.abc import Mapping, Sequence

from tests.plans.datasets.exceptions import ASSIGNEES
from tests.plans.datasets.orders import EMAILS, SKUS
from tests.plans.datasets.random_values import DISTANT_TIMES
from tests.plans.datasets.shipments import SERVICES

Texts = Sequence[str]

TABLES = ("Order", "OrderItem", "Customer", "Shipment", "TrackingEvent", "OrderException")
NODE_IDS: Texts = (
    *[f"@node {table}" for table in TABLES] * 3,
    "@node UnassignedEvent",
    "order_00000000-0000-4000-8000-000000000000",
    "apple_00000000-0000-4000-8000-000000000000",
    "shipment_",
    "",
)
TRACKING_IDS: Texts = (
    *["@tracking id", "@typed tracking id"] * 4,
    "WA-7K3M-9QXP-2V4T-8HRC-5",
    "",
    "R-1000",
)
NUMBERS: Texts = ("@number", "@number", "1z 99-_a%", "JJD0001", "none")
CARRIERS: Texts = ("ups", "DHL Express", "royal-mail", "own", "fedex", "")
TIMES: Texts = (
    *["@moment"] * 4,
    "2022-06-01T00:00:00Z",
    "2023-03-01T12:30:00.5+05:30",
    "2024-02-29T23:59:59.999999-11:00",
    "2030-01-01T00:00:00Z",
    DISTANT_TIMES[0].isoformat(),
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
)
SEARCHES: Texts = (
    *("r-1", " R-100% ", "_", "%", "\\", '"', "'", "/1", "customer", "COTTON", "PLE.com"),
    *("1z99", "1Z-99_A%", "jjd 0", "?&=", "GRÜSSE", "noË", "Canoe\u0308", "ünit", "no such thing"),
    *["@typed tracking id", "@tracking id", "@reference", "@number"] * 2,
)
FILTER_TEXTS: Mapping[str, Texts] = {
    "country": ("DE", "pt", "FR", "XX"),
    "carrier": CARRIERS,
    "trackingId": TRACKING_IDS,
    "reference": ("@reference", "@reference", "none"),
    "customerEmail": (*EMAILS, "customer1@EXAMPLE.com", "customer_@example.com", ""),
    "sku": (*SKUS, "mug"),
    "search": SEARCHES,
    "service": (*SERVICES, "SAVER"),
    "trackingNumber": NUMBERS,
    "assignee": (*ASSIGNEES, "nobody"),
}
"""The texts for each text field of a filter, by the name of the field."""
