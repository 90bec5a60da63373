"""Enums of shipments."""

from models import enums
from resolvers.orderings import ShipmentSort
from schema.enums.registration import describe

describe(
    enums.EstimateSource,
    "The source of a delivery estimate.",
    PROMISE="The shop promised it to the customer.",
    CARRIER="The carrier reported it.",
    OPERATOR="A person at the shop entered it.",
    PREDICTION="It was computed. It is used only where no other source has an estimate.",
)
describe(
    enums.ShipmentStatus,
    "The status of a shipment, derived from its tracking events and commands.",
    PENDING="The shipment is planned.",
    PACKED="The shipment is packed.",
    PRE_TRANSIT="The shipment was announced or handed to the carrier and not scanned yet.",
    IN_TRANSIT="The shipment is on its way.",
    OUT_FOR_DELIVERY="The shipment is on the vehicle that takes it to the recipient.",
    DELIVERY_ATTEMPTED="A delivery attempt failed.",
    AVAILABLE_FOR_PICKUP="The shipment waits for the recipient to collect it.",
    DELIVERED="The recipient has the shipment.",
    RETURNING="The shipment is on its way back to the shop.",
    RETURNED="The shipment is back at the shop.",
    LOST="The shipment is lost or was destroyed.",
    CANCELLED="The shipment will not be sent. Its pieces can go into another one.",
)
describe(
    ShipmentSort,
    "The fields that a list of shipments can be ordered by.",
    name="ShipmentOrderField",
    CREATED_AT="The time when the shipment was created.",
    SHIPPED_AT="The time when the shipment first moved.",
    DELIVERED_AT="The time when the shipment was delivered.",
    UPDATED_AT="The time of the shipment's last change.",
)
