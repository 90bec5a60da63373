"""Event messages: what a customer reads of each type of tracking event."""

from types import MappingProxyType

from language.carriers import CarrierMessage, without_carrier
from language.messages import context_message, message, plural_message
from models.enums import TrackingEventType

EVENTS = MappingProxyType(
    {
        TrackingEventType.LABEL_CREATED: without_carrier(
            # Translators: In all of these, what has happened to a parcel, in few words.
            context_message("event of a parcel", "Shipping label made")
        ),
        TrackingEventType.INFO_RECEIVED: CarrierMessage(
            # Translators: The carrier has been told of the parcel, and does not have it yet.
            context_message("event of a parcel", "%(carrier)s knows about it"),
            context_message("event of a parcel", "Announced to the carrier"),
        ),
        TrackingEventType.PICKUP_SCHEDULED: without_carrier(
            # Translators: The carrier will fetch the parcel from the shop.
            context_message("event of a parcel", "Pick-up from us booked")
        ),
        TrackingEventType.PICKUP_FAILED: CarrierMessage(
            context_message("event of a parcel", "%(carrier)s didn't pick it up from us"),
            context_message("event of a parcel", "Not picked up from us"),
        ),
        TrackingEventType.PICKED_UP: CarrierMessage(
            context_message("event of a parcel", "%(carrier)s has it"),
            context_message("event of a parcel", "It has left us"),
        ),
        TrackingEventType.DEPARTED_FACILITY: without_carrier(
            context_message("event of a parcel", "Left a depot")
        ),
        TrackingEventType.ARRIVED_FACILITY: without_carrier(
            context_message("event of a parcel", "Reached a depot")
        ),
        TrackingEventType.IN_TRANSIT: without_carrier(
            context_message("event of a parcel", "On the way")
        ),
        TrackingEventType.ARRIVED_DESTINATION_COUNTRY: without_carrier(
            context_message("event of a parcel", "Arrived in the country of delivery")
        ),
        TrackingEventType.ARRIVED_DESTINATION_FACILITY: without_carrier(
            context_message("event of a parcel", "At the local depot")
        ),
        TrackingEventType.CUSTOMS_STARTED: without_carrier(
            context_message("event of a parcel", "In customs")
        ),
        TrackingEventType.CUSTOMS_CLEARED: without_carrier(
            context_message("event of a parcel", "Through customs")
        ),
        TrackingEventType.HANDED_TO_PARTNER: without_carrier(
            context_message("event of a parcel", "Handed to a local carrier")
        ),
        TrackingEventType.REDIRECTED: without_carrier(
            context_message("event of a parcel", "Sent to another address")
        ),
        TrackingEventType.DELIVERY_SCHEDULED: without_carrier(
            context_message("event of a parcel", "Delivery booked")
        ),
        TrackingEventType.DELIVERY_RESCHEDULED: without_carrier(
            context_message("event of a parcel", "Delivery moved to another time")
        ),
        TrackingEventType.ESTIMATE_UPDATED: without_carrier(
            # Translators: There is a new guess of the day of delivery.
            context_message("event of a parcel", "New estimate")
        ),
        TrackingEventType.OUT_FOR_DELIVERY: without_carrier(
            context_message("event of a parcel", "Out for delivery")
        ),
        TrackingEventType.DELIVERY_ATTEMPTED: without_carrier(
            context_message("event of a parcel", "Tried to deliver")
        ),
        TrackingEventType.AVAILABLE_FOR_PICKUP: without_carrier(
            context_message("event of a parcel", "Ready to collect")
        ),
        TrackingEventType.DELIVERED: without_carrier(
            context_message("event of a parcel", "Delivered")
        ),
        TrackingEventType.COLLECTED: without_carrier(
            context_message("event of a parcel", "Collected")
        ),
        TrackingEventType.PARTIALLY_DELIVERED: without_carrier(
            context_message("event of a parcel", "Part of it delivered")
        ),
        TrackingEventType.PROOF_OF_DELIVERY: without_carrier(
            context_message("event of a parcel", "Delivery confirmed")
        ),
        TrackingEventType.HELD: without_carrier(context_message("event of a parcel", "On hold")),
        TrackingEventType.HOLD_RELEASED: without_carrier(
            context_message("event of a parcel", "Moving again")
        ),
        TrackingEventType.DELAYED: without_carrier(context_message("event of a parcel", "Delayed")),
        TrackingEventType.MISROUTED: without_carrier(
            context_message("event of a parcel", "Sent the wrong way")
        ),
        TrackingEventType.DAMAGED: without_carrier(context_message("event of a parcel", "Damaged")),
        TrackingEventType.LOST: without_carrier(context_message("event of a parcel", "Missing")),
        TrackingEventType.REFUSED: without_carrier(context_message("event of a parcel", "Refused")),
        TrackingEventType.UNDELIVERABLE: without_carrier(
            context_message("event of a parcel", "Couldn't be delivered")
        ),
        TrackingEventType.NOT_COLLECTED: without_carrier(
            context_message("event of a parcel", "Not collected")
        ),
        TrackingEventType.RETURN_STARTED: without_carrier(
            # Translators: The parcel turns round and goes back to the shop.
            context_message("event of a parcel", "Going back")
        ),
        TrackingEventType.RETURNED: without_carrier(
            context_message("event of a parcel", "Back with us")
        ),
        TrackingEventType.DISPOSED: without_carrier(
            context_message("event of a parcel", "Destroyed")
        ),
        TrackingEventType.CANCELLED: without_carrier(
            # Translators: The carrier will not carry the parcel after all.
            context_message("event of a parcel", "Stopped")
        ),
        TrackingEventType.TRACKING_EXPIRED: CarrierMessage(
            context_message("event of a parcel", "No more news from %(carrier)s"),
            context_message("event of a parcel", "No more news"),
        ),
        TrackingEventType.UNKNOWN: CarrierMessage(
            # Translators: A piece of news of which the kind is not known.
            context_message("event of a parcel", "Update from %(carrier)s"),
            context_message("event of a parcel", "Update"),
        ),
    }
)

# Translators: The city is a name in its own spelling, as in "Left Leipzig"; it cannot be inflected.
LEFT_CITY = context_message("event of a parcel", "Left %(city)s")
REACHED_CITY = context_message("event of a parcel", "Reached %(city)s")
ARRIVED_IN_COUNTRY = context_message("event of a parcel", "Arrived in %(country)s")

# Translators: A scan is one reading of the parcel's label, at a depot for example.
SCANS_IN_CITY = plural_message("%(number)s scan in %(city)s", "%(number)s scans in %(city)s")
SCANS = plural_message("%(number)s scan", "%(number)s scans")
# Translators: The same event happened several times, such as "Tried to deliver · 2 times".
REPEATED = plural_message("%(event)s · %(number)s time", "%(event)s · %(number)s times")

# Translators: A city and its country, as the place of an event: "Recife, Brazil".
PLACE = context_message("place of an event", "%(city)s, %(country)s")
TODAY = message("Today, %(day)s")
YESTERDAY = message("Yesterday, %(day)s")
