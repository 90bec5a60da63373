"""Words of shipments."""

from models import enums
from resolvers.orderings import ShipmentSort
from schema.enums.describing import describe

describe(
    enums.EstimateSource,
    "Who says when it is expected.",
    PROMISE="The shop, to the customer.",
    CARRIER="The carrier.",
    OPERATOR="A person of the shop.",
    PREDICTION="Computed; counts only where nobody says anything.",
)
describe(
    enums.ShipmentStatus,
    "Where a shipment is, folded from its events and commands.",
    PENDING="Planned.",
    PACKED="Packed.",
    PRE_TRANSIT="Announced to the carrier, or handed over, and not scanned yet.",
    IN_TRANSIT="On its way.",
    OUT_FOR_DELIVERY="On a vehicle to the recipient.",
    DELIVERY_ATTEMPTED="Delivery was tried, and failed.",
    AVAILABLE_FOR_PICKUP="Waits for the recipient to collect it.",
    DELIVERED="With the recipient.",
    RETURNING="On its way back.",
    RETURNED="Back with the shop.",
    LOST="Lost, or disposed of.",
    CANCELLED="Will not be sent; its pieces are free again.",
)
describe(
    ShipmentSort,
    "What shipments can be ordered by.",
    name="ShipmentOrderField",
    CREATED_AT="When it was created.",
    SHIPPED_AT="When it first moved.",
    DELIVERED_AT="When it was delivered.",
    UPDATED_AT="When it last changed.",
)
