"""Enums of orders."""

from models import enums
from resolvers.orderings import OrderSort
from schema.enums.registration import describe

describe(
    enums.Health,
    (
        "Whether an order or a shipment goes as planned. It complements the status"
        " and never replaces it."
    ),
    ON_TRACK="No problem is known.",
    DELAYED="Delivery is overdue, or expected later than promised.",
    EXCEPTION="An exception of medium or higher severity is unresolved.",
    STALE=("The shipment has moved, is not finished, and nothing was reported for five days."),
)
describe(
    enums.OrderStatus,
    "The status of an order, derived from the status of its pieces.",
    PENDING="The order was placed and is not confirmed yet.",
    CONFIRMED="The order was accepted; not every piece is packed yet.",
    ON_HOLD="A person stopped the order before anything shipped.",
    PACKED="Every piece is packed.",
    PARTIALLY_SHIPPED="Some pieces have shipped, others have not.",
    SHIPPED="Every piece has shipped.",
    OUT_FOR_DELIVERY="Every piece is on a vehicle to the recipient.",
    PARTIALLY_DELIVERED="Some pieces are delivered, others are not.",
    DELIVERED="Every piece is delivered.",
    PARTIALLY_RETURNED="Some pieces came back, and no piece is on its way any more.",
    RETURNED="Every piece came back.",
    CANCELLED="The order was cancelled, and no piece is left to deliver.",
)
describe(
    enums.DeliveryMethod,
    "The delivery method that the customer chose.",
    STANDARD="Standard delivery.",
    EXPRESS="Faster delivery at a higher price.",
    SAME_DAY="Delivery on the day of the order.",
    PICKUP="The customer collects the order.",
    FREIGHT="Delivery on pallets.",
)
describe(
    OrderSort,
    "The fields that a list of orders can be ordered by.",
    name="OrderOrderField",
    PLACED_AT="The time when the order was placed.",
    PROMISED_AT="The time by which delivery was promised.",
    ESTIMATE="The latest time of the current delivery estimate.",
    DELIVERED_AT="The time when the order was delivered.",
    UPDATED_AT="The time of the order's last change.",
    TOTAL="The amount of the order's total, regardless of its currency.",
)
