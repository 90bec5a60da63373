"""What is asked for by name: texts that filters look for, and stand-ins for things of the shop.

What begins with @ names a kind of thing; which of them stands behind it, as a number.
"""

from collections.abc import Mapping, Sequence

from tests.plans.shops.chances import FAR
from tests.plans.shops.orders import EMAILS, SKUS
from tests.plans.shops.parcels import SERVICES
from tests.plans.shops.troubles import ASSIGNEES

Words = Sequence[str]

TABLES = ("Order", "Customer", "Shipment", "TrackingEvent", "OrderException")
NODE_IDS: Words = (
    *[f"@node {table}" for table in TABLES] * 3,
    "@node Kept",
    "@node OrderItem",
    "order_00000000-0000-4000-8000-000000000000",
    "apple_00000000-0000-4000-8000-000000000000",
    "shipment_",
    "",
)
TRACKING_IDS: Words = (
    *["@tracking id", "@typed tracking id"] * 4,
    "WA-7K3M-9QXP-2V4T-8HRC-5",
    "",
    "R-1000",
)
NUMBERS: Words = ("@number", "@number", "1z 99-_a%", "JJD0001", "none")
CARRIERS: Words = ("ups", "DHL Express", "royal-mail", "own", "fedex", "")
TIMES: Words = (
    *["@moment"] * 4,
    "2022-06-01T00:00:00Z",
    "2023-03-01T12:30:00.5+05:30",
    "2024-02-29T23:59:59.999999-11:00",
    "2030-01-01T00:00:00Z",
    FAR[0].isoformat(),
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999-14:00",
)
SEARCHES: Words = (
    *("r-1", " R-100% ", "_", "%", "\\", '"', "'", "/1", "ada", "COTTON", "PLE.com"),
    *("1z99", "1Z-99_A%", "jjd 0", "?&=", "GRÜSSE", "zoË", "Zoe\u0308", "ünal", "no such thing"),
    *["@typed tracking id", "@tracking id", "@reference", "@number"] * 2,
)
WORDS: Mapping[str, Words] = {
    "country": ("DE", "pt", "FR", "XX"),
    "carrier": CARRIERS,
    "trackingId": TRACKING_IDS,
    "reference": ("@reference", "@reference", "none"),
    "customerEmail": (*EMAILS, "ada@EXAMPLE.com", "a_a@example.com", ""),
    "sku": (*SKUS, "mug"),
    "search": SEARCHES,
    "service": (*SERVICES, "SAVER"),
    "trackingNumber": NUMBERS,
    "assignee": (*ASSIGNEES, "nobody"),
}
"""For the fields of filters that are texts, by their names."""
