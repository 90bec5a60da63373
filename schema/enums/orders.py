"""Words of orders."""

from models import enums
from resolvers.orderings import OrderSort
from schema.enums.describing import describe

describe(
    enums.Health,
    "How it fares; beside the status, never instead of it.",
    ON_TRACK="Nothing is known to be wrong.",
    DELAYED="Expected later than promised, or overdue.",
    EXCEPTION="Something of medium severity or more is unresolved.",
    STALE="It moved, is not finished, and nothing was heard of it for five days.",
)
describe(
    enums.OrderStatus,
    "Where an order stands, derived from where its pieces are.",
    PENDING="Placed, and not confirmed yet.",
    CONFIRMED="Accepted; not everything is packed yet.",
    ON_HOLD="Stopped by a person before anything shipped.",
    PACKED="Every piece is packed.",
    PARTIALLY_SHIPPED="Some pieces have left, some have not.",
    SHIPPED="Every piece has left.",
    OUT_FOR_DELIVERY="Every piece is on a vehicle to the recipient.",
    PARTIALLY_DELIVERED="Some pieces are delivered, some are not.",
    DELIVERED="Every piece is delivered.",
    PARTIALLY_RETURNED="Some pieces came back, and nothing is on its way any more.",
    RETURNED="Every piece came back.",
    CANCELLED="No piece is left to deliver.",
)
describe(
    enums.DeliveryMethod,
    "How the customer wants it.",
    STANDARD="The usual way.",
    EXPRESS="Faster, for more.",
    SAME_DAY="On the day of the order.",
    PICKUP="The customer collects it.",
    FREIGHT="On pallets.",
)
describe(
    OrderSort,
    "What orders can be ordered by.",
    name="OrderOrderField",
    PLACED_AT="When it was placed.",
    PROMISED_AT="When it was promised.",
    ESTIMATE="The latest of the current estimate.",
    DELIVERED_AT="When it was delivered.",
    UPDATED_AT="When it last changed.",
    TOTAL="Its total, whatever the currency.",
)
