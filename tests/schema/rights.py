"""The rules of who may read which field, written a second time, to check the schema against."""

from access.scopes import Scope

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
"""Fields for everybody who holds the tracking id."""

PARTY = {
    "Order": "reference total",
    "OrderItem": "unitPrice",
    "Location": "name postalCode latitude longitude",
    "TrackingEvent": "description",
}
"""Fields that need ORDERS_READ; customers are to read them of their own orders, too."""

PERSONAL = {
    "Order": "customer shippingAddress",
    "Shipment": "signedBy",
    "TrackingEvent": "signedBy",
}
"""Fields that need ORDERS_READ with PERSONAL_READ."""

STAFF = {
    "Order": "metadata holdReason cancelReason history",
    "DeliveryEstimate": "reason",
    "Shipment": "isShared",
    "TrackingEvent": "source carrierCode",
    "OrderException": "summary assignee waitingOn dueAt reopenedCount notes",
    "Change": "actor reason differences",
}
"""Fields that need ORDERS_READ."""

PRICES = {"Order": "total", "OrderItem": "unitPrice", "OrderStatsGroup": "total"}
"""Fields that partners may not read, whatever their scopes are."""

ELSEWHERE = {
    "Money": "reached by prices, which are guarded",
    "Metadatum": "reached by metadata, which is guarded",
    "Difference": "reached by differences, which is guarded",
    "ExceptionNote": "reached by notes, which is guarded",
    "Customer": "reached by customer, which is guarded, and by node, which needs PERSONAL_READ",
    "Address": "reached by shippingAddress, which is guarded",
    "Viewer": "describes the caller",
    "ApiKey": "reached by apiKeys, node and apiKey*, which all need ADMIN",
    "Session": "reached by sessions and node, which need ADMIN, and by sessionEnd of one's own",
    "UserError": "describes mistakes of the caller",
    "RecordResult": "part of the answer of a command",
    "PageInfo": "part of a connection",
    **{
        f"{noun}Stats{part}": "part of aggregates, which need ANALYTICS_READ"
        for noun in ("Order", "Shipment", "Exception")
        for part in ("", "Group", "Key")
    },
    "DecimalStats": "part of aggregates",
    "DurationStats": "part of aggregates",
    "KeptNumber": "the answer of keptNumbers, which needs ORDERS_READ or TRACKING_WRITE",
    "OrderForecast": "the answer of orderForecast, which needs ANALYTICS_READ",
    "OrderForecastPoint": "part of orderForecast",
}
"""Types whose fields need no guard of their own, and why."""


ROOT_FIELDS: dict[str, dict[str, Scope | None]] = {
    "Query": {
        "viewer": None,
        "position": None,
        "node": None,
        "nodes": None,
        "order": None,
        "orders": Scope.ORDERS_READ,
        "shipment": Scope.ORDERS_READ,
        "shipments": Scope.ORDERS_READ,
        "exceptions": Scope.ORDERS_READ,
        "keptNumbers": Scope.ORDERS_READ,
        "changes": Scope.ORDERS_READ,
        "orderStats": Scope.ANALYTICS_READ,
        "shipmentStats": Scope.ANALYTICS_READ,
        "exceptionStats": Scope.ANALYTICS_READ,
        "orderForecast": Scope.ANALYTICS_READ,
        "apiKeys": Scope.ADMIN,
        "sessions": Scope.ADMIN,
    },
    "Mutation": {
        "orderCreate": Scope.ORDERS_WRITE,
        "orderConfirm": Scope.ORDERS_WRITE,
        "orderHold": Scope.ORDERS_WRITE,
        "orderRelease": Scope.ORDERS_WRITE,
        "orderCancel": Scope.ORDERS_WRITE,
        "orderAmend": Scope.ORDERS_WRITE,
        "shipmentCreate": Scope.ORDERS_WRITE,
        "shipmentPack": Scope.ORDERS_WRITE,
        "shipmentDispatch": Scope.ORDERS_WRITE,
        "shipmentAmend": Scope.ORDERS_WRITE,
        "shipmentEstimate": Scope.TRACKING_WRITE,
        "shipmentCancel": Scope.ORDERS_WRITE,
        "trackingEventsRecord": Scope.TRACKING_WRITE,
        "trackingEventRetract": Scope.TRACKING_WRITE,
        "keptNumberAssign": Scope.TRACKING_WRITE,
        "keptNumberDiscard": Scope.TRACKING_WRITE,
        "exceptionOpen": Scope.EXCEPTIONS_WRITE,
        "exceptionAcknowledge": Scope.EXCEPTIONS_WRITE,
        "exceptionAssign": Scope.EXCEPTIONS_WRITE,
        "exceptionStart": Scope.EXCEPTIONS_WRITE,
        "exceptionWait": Scope.EXCEPTIONS_WRITE,
        "exceptionResolve": Scope.EXCEPTIONS_WRITE,
        "exceptionDismiss": Scope.EXCEPTIONS_WRITE,
        "exceptionReopen": Scope.EXCEPTIONS_WRITE,
        "exceptionNoteAdd": Scope.EXCEPTIONS_WRITE,
        "apiKeyCreate": Scope.ADMIN,
        "apiKeyRotate": Scope.ADMIN,
        "apiKeyRevoke": Scope.ADMIN,
        "customerErase": Scope.ADMIN,
        "trackingLinkCreate": None,
        "trackingLinksRevoke": Scope.ORDERS_WRITE,
        "sessionEnd": None,
    },
    "Subscription": {
        "orderChanged": None,
        "changes": Scope.ORDERS_READ,
        "orderStats": Scope.ANALYTICS_READ,
    },
}
"""Every root field and the scope that its callers need; None where everybody may use it."""

ALTERNATIVES = {"keptNumbers": Scope.TRACKING_WRITE}
"""The root fields that another scope opens, too."""


def fields(table: dict[str, str], type_name: str) -> set[str]:
    return set(table.get(type_name, "").split())


def guarded() -> list[tuple[str, str]]:
    """Every field that needs a scope."""
    return [
        (type_name, field)
        for table in (PARTY, PERSONAL, STAFF)
        for type_name, names in table.items()
        for field in names.split()
    ]
