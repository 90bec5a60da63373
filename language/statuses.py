"""Statuses: the short words for where an order or a parcel is, and how it fares."""

from types import MappingProxyType

from language.locales import Language
from language.messages import context_message
from models.enums import DeliveryMethod, Health, OrderStatus, ShipmentStatus

ORDER_STATUSES = MappingProxyType(
    {
        OrderStatus.PENDING: context_message("status of an order", "Received"),
        OrderStatus.CONFIRMED: context_message("status of an order", "Being prepared"),
        OrderStatus.ON_HOLD: context_message("status of an order", "On hold"),
        OrderStatus.PACKED: context_message("status of an order", "Packed"),
        OrderStatus.PARTIALLY_SHIPPED: context_message("status of an order", "Partly on its way"),
        OrderStatus.SHIPPED: context_message("status of an order", "On its way"),
        OrderStatus.OUT_FOR_DELIVERY: context_message("status of an order", "Out for delivery"),
        OrderStatus.PARTIALLY_DELIVERED: context_message("status of an order", "Partly delivered"),
        OrderStatus.DELIVERED: context_message("status of an order", "Delivered"),
        OrderStatus.PARTIALLY_RETURNED: context_message("status of an order", "Partly returned"),
        OrderStatus.RETURNED: context_message("status of an order", "Returned"),
        OrderStatus.CANCELLED: context_message("status of an order", "Cancelled"),
    }
)

SHIPMENT_STATUSES = MappingProxyType(
    {
        ShipmentStatus.PENDING: context_message("status of a parcel", "Being prepared"),
        ShipmentStatus.PACKED: context_message("status of a parcel", "Packed"),
        ShipmentStatus.PRE_TRANSIT: context_message("status of a parcel", "Ready to be sent"),
        ShipmentStatus.IN_TRANSIT: context_message("status of a parcel", "On its way"),
        ShipmentStatus.OUT_FOR_DELIVERY: context_message("status of a parcel", "Out for delivery"),
        # Translators: The carrier was at the door and could not hand the parcel over.
        ShipmentStatus.DELIVERY_ATTEMPTED: context_message(
            "status of a parcel", "Not delivered yet"
        ),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: context_message(
            "status of a parcel", "Ready to collect"
        ),
        ShipmentStatus.DELIVERED: context_message("status of a parcel", "Delivered"),
        # Translators: The parcel is on its way back to the shop.
        ShipmentStatus.RETURNING: context_message("status of a parcel", "Going back"),
        ShipmentStatus.RETURNED: context_message("status of a parcel", "Back with us"),
        ShipmentStatus.LOST: context_message("status of a parcel", "Missing"),
        ShipmentStatus.CANCELLED: context_message("status of a parcel", "Cancelled"),
    }
)

DELIVERY_METHODS = MappingProxyType(
    {
        DeliveryMethod.STANDARD: context_message("way of delivery", "Standard delivery"),
        DeliveryMethod.EXPRESS: context_message("way of delivery", "Express delivery"),
        DeliveryMethod.SAME_DAY: context_message("way of delivery", "Same-day delivery"),
        # Translators: The customer collects the order.
        DeliveryMethod.PICKUP: context_message("way of delivery", "Collection"),
        # Translators: For goods that are too large or too heavy for a parcel.
        DeliveryMethod.FREIGHT: context_message("way of delivery", "Freight delivery"),
    }
)

HEALTHS = MappingProxyType(
    {
        Health.ON_TRACK: context_message("how an order fares", "On track"),
        Health.DELAYED: context_message("how an order fares", "Late"),
        Health.EXCEPTION: context_message("how an order fares", "Has a problem"),
        Health.STALE: context_message("how an order fares", "No news"),
    }
)


def order_status(language: Language, status: OrderStatus) -> str:
    return language.say(ORDER_STATUSES[status])


def shipment_status(language: Language, status: ShipmentStatus) -> str:
    return language.say(SHIPMENT_STATUSES[status])


def delivery_method(language: Language, method: DeliveryMethod) -> str:
    return language.say(DELIVERY_METHODS[method])


def health(language: Language, health: Health) -> str:
    return language.say(HEALTHS[health])
