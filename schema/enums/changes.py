"""Words of the change log."""

from models import enums
from schema.enums.describing import describe

describe(
    enums.ChangeKind,
    "What kind of change.",
    ORDER_CREATED="An order was placed.",
    ORDER_STATUS="An order's status changed.",
    ORDER_AMENDED="Something else of an order changed.",
    SHIPMENT_STATUS="A shipment's status changed, or a shipment was created.",
    SHIPMENT_AMENDED="Something else of a shipment changed.",
    EVENT_RECORDED="A tracking event came in.",
    EVENT_RETRACTED="A tracking event was taken back.",
    ESTIMATE="It is expected at another time.",
    HEALTH="The health of an order or a shipment changed.",
    EXCEPTION_STATUS="An exception opened, or its status changed.",
    EXCEPTION_AMENDED="Something else of an exception changed.",
)
