"""Enums of the change log."""

from models import enums
from schema.enums.registration import describe

describe(
    enums.ChangeKind,
    "The kind of a change.",
    ORDER_CREATED="An order was placed.",
    ORDER_STATUS="An order's status changed.",
    ORDER_AMENDED="A property of an order other than its status changed.",
    SHIPMENT_STATUS="A shipment was created, or its status changed.",
    SHIPMENT_AMENDED="A property of a shipment other than its status changed.",
    EVENT_RECORDED="A tracking event was recorded for a shipment.",
    EVENT_RETRACTED="A tracking event was retracted.",
    ESTIMATE=(
        "The expected delivery time of a shipment, or the promised delivery time of"
        " an order, changed."
    ),
    HEALTH="The health of an order or a shipment changed.",
    EXCEPTION_STATUS="An exception was opened, or its status changed.",
    EXCEPTION_AMENDED="A property of an exception other than its status changed.",
)
