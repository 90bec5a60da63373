"""The rules of who may read what, written down a second time: every field of every type."""

HOLDER = {
    "Order": (
        "id trackingId status nextStatuses health deliveryMethod destination items itemCount"
        " placedAt confirmedAt cancelledAt updatedAt promisedAt shippedAt deliveredAt estimate"
        " isLate shipments lastEvent events exceptions position sequence"
    ),
    "OrderItem": (
        "id sku name quantity allocatedQuantity shippedQuantity deliveredQuantity"
        " cancelledQuantity returnedQuantity lostQuantity"
    ),
    "Location": "city region country",
    "DeliveryEstimate": "earliest latest source revisedAt",
    "Shipment": (
        "id order carrier service trackingNumber trackingUrl status nextStatuses statusEvent"
        " health origin items estimate estimates lastEvent events exceptions createdAt updatedAt"
        " packedAt shippedAt deliveredAt"
    ),
    "ShipmentItem": "item quantity",
    "TrackingEvent": (
        "id order shipment type classifier occurredAt localTime timeZoneSource precision"
        " recordedAt location retractedAt"
    ),
    "OrderException": (
        "id order shipment type severity causedBy status nextStatuses actionRequired occurrences"
        " openedBy openedAt isOverdue acknowledgedAt resolvedAt resolution updatedAt"
    ),
    "Change": (
        "position sequence occurredAt recordedAt order previous status shipment event estimate"
        " health exception"
    ),
}
"""Whoever holds the tracking id."""

PARTY = {
    "Order": "reference total",
    "OrderItem": "unitPrice",
    "Location": "name postalCode latitude longitude",
    "TrackingEvent": "description",
}
"""ORDERS_READ, and one day the customer."""

PERSONAL = {
    "Order": "customer shippingAddress",
    "Shipment": "signedBy",
    "TrackingEvent": "signedBy",
}
"""ORDERS_READ with PERSONAL_READ."""

STAFF = {
    "Order": "metadata holdReason cancelReason history",
    "DeliveryEstimate": "reason",
    "TrackingEvent": "source carrierCode",
    "OrderException": "summary assignee waitingOn dueAt reopenedCount notes",
    "Change": "actor reason differences",
}
"""ORDERS_READ."""

ELSEWHERE = {
    "Money": "a price's, which is guarded",
    "Metadatum": "of metadata, which is guarded",
    "Difference": "of differences, which is guarded",
    "ExceptionNote": "of notes, which is guarded",
    "Customer": "of customer, which is guarded, and of node, which asks for PERSONAL_READ",
    "Address": "of shippingAddress, which is guarded",
    "Viewer": "says who asks",
    "UserError": "says what the caller got wrong",
    "RecordResult": "of a command",
    "PageInfo": "of a connection",
    **{
        f"{noun}Stats{part}": "of aggregates, which ask for ANALYTICS_READ"
        for noun in ("Order", "Shipment", "Exception")
        for part in ("", "Group", "Key")
    },
    "DecimalStats": "of aggregates",
    "DurationStats": "of aggregates",
    "OrderForecast": "of orderForecast, which asks for ANALYTICS_READ",
    "OrderForecastPoint": "of orderForecast",
}
"""Types whose fields need no guard of their own, and why."""


def fields(table: dict[str, str], type_name: str) -> set[str]:
    return set(table.get(type_name, "").split())


def guarded() -> list[tuple[str, str]]:
    """Every field that not everybody may read."""
    return [
        (type_name, field)
        for table in (PARTY, PERSONAL, STAFF)
        for type_name, names in table.items()
        for field in names.split()
    ]
