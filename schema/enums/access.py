"""Enums of scopes and error codes."""

from access.scopes import Scope
from errors import ErrorCode
from schema.enums.registration import describe

describe(
    Scope,
    "A right that an API key can have.",
    ORDERS_READ="The key may read all orders, without personal data.",
    ORDERS_WRITE="The key may create and change orders and shipments.",
    PERSONAL_READ=(
        "The key may also read personal data of customers. It needs ORDERS_READ as well."
    ),
    TRACKING_WRITE=(
        "The key may record and retract tracking events and revise delivery estimates."
    ),
    EXCEPTIONS_WRITE="The key may open, work on and close exceptions.",
    ANALYTICS_READ="The key may query aggregates and forecasts.",
    ADMIN="The key has every right.",
)
describe(
    ErrorCode,
    "The kind of an error that the caller can correct.",
    INVALID=(
        "An argument has a value that is not allowed. The field names it, and the message says what"
        " to send instead."
    ),
    NOT_FOUND="The object does not exist, or you may not see it. Check its id.",
    CONFLICT=(
        "The request contradicts data that already exists: a reference that another order has, an"
        " idempotencyKey with other content, an order that has changed since expectedSequence. Read"
        " the object again before you send the command anew."
    ),
    ILLEGAL_TRANSITION=(
        "The current status does not allow this change. nextStatuses lists the statuses that it"
        " allows."
    ),
    FORBIDDEN=(
        "Your API key lacks the scope that this needs. Use a key with the scope that the field's"
        " description names."
    ),
    LIMIT_EXCEEDED=(
        "The request exceeds a limit. Send less, as the message says; some limits are those of an"
        " order or an exception that is full."
    ),
    NOT_CONFIGURED=(
        "The operator of the service has not set what this needs. The message says which setting."
    ),
)
