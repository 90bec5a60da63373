"""Headline messages: the one thing that the customer of an order reads first."""

from language.carriers import CarrierMessage, without_carrier
from language.messages import message, plural_message

# Translators: Headlines are at most 60 characters long, with a name of usual length filled in.
CANCELLED = message("Your order was cancelled")

LOST = message("We can't find your parcel")
LOST_PARTLY = message("We can't find one of your parcels")
STOLEN = message("Your parcel was reported stolen")
STOLEN_PARTLY = message("One of your parcels was reported stolen")
LOST_FOR_GOOD = message("Your parcel was lost")
LOST_PARTLY_FOR_GOOD = message("Part of your order was lost")
# Translators: The carrier destroyed the parcel, because it was damaged or not allowed for example.
DESTROYED = message("Your parcel can't be delivered any more")
LOOKING = CarrierMessage(
    message("We'll look into it with %(carrier)s. You don't have to do anything."),
    message("We'll look into it. You don't have to do anything."),
)
WORKING = CarrierMessage(
    message("We're on it with %(carrier)s. You don't have to do anything."),
    message("We're on it. You don't have to do anything."),
)
WAITING = CarrierMessage(
    message("We're on it with %(carrier)s and wait for an answer."),
    message("We're on it and wait for an answer."),
)

RETURNED = message("Your order is back with us")
RETURNING = message("Your order is on its way back to us")
RETURNING_PARTLY = message("Part of your order is on its way back to us")

READY = message("Ready to collect")
READY_IN = message("Ready to collect in %(city)s")
READY_PARTLY = message("Part of your order is ready to collect")
BRING = CarrierMessage(
    message("Bring an ID, and the code if %(carrier)s sent you one."),
    message("Bring an ID and your order number."),
)
# Translators: The name of a shop or a station at which the parcel waits, by which people find it.
WHERE_TO_COLLECT = message("At %(place)s.")

NOT_DELIVERED = CarrierMessage(
    message("%(carrier)s couldn't deliver"), message("It couldn't be delivered")
)
NOT_DELIVERED_PARTLY = message("Part of your order couldn't be delivered")

WRONG_PLACE = message("Delivered, but maybe to the wrong place")
SOMETHING_MISSING = message("It has arrived, but something may be missing")
DELIVERED = message("Your order has arrived")
COLLECTED = message("Your order was collected")
# Translators: When and where it was delivered; %(time)s is a time of the day such as 14:05.
DELIVERED_AT = message("%(day)s, %(time)s in %(city)s")
DELIVERED_AT_TIME = message("%(day)s, %(time)s")
DELIVERED_IN = message("%(day)s in %(city)s")
# Translators: A question to somebody whose parcel is said to be delivered; it leads to the help.
NOT_THERE = message("Not there? Tell us.")

PARTLY_DELIVERED = message("Part of your order has arrived")
PARTLY_RETURNED = message("Part of your order has come back to us")
# Translators: Such as "Arrived so far: 2 of 5 pieces." A piece is one thing that was ordered.
PIECES_ARRIVED = plural_message(
    "Arrived so far: %(part)s of %(number)s piece.",
    "Arrived so far: %(part)s of %(number)s pieces.",
)
PIECES_RETURNED = plural_message(
    "Back with us: %(part)s of %(number)s piece.",
    "Back with us: %(part)s of %(number)s pieces.",
)
PIECES_PREPARED = plural_message(
    "Still being prepared: %(part)s of %(number)s piece.",
    "Still being prepared: %(part)s of %(number)s pieces.",
)

OUT_FOR_DELIVERY = message("Out for delivery")
OUT_FOR_DELIVERY_PARTLY = message("Part of your order is out for delivery")

NO_NEWS_SINCE = message("No news since %(day)s")
NO_NEWS = message("There's no news of your order")
OFTEN_SOLVED = message("That often sorts itself out. If it doesn't, tell us.")

ON_ITS_WAY = message("Your order is on its way")
ON_ITS_WAY_PARTLY = message("Part of your order is on its way")

PACKED = message("Your order is packed")
NOT_PICKED_UP = CarrierMessage(
    message("%(carrier)s hasn't picked it up yet."), message("It hasn't left us yet.")
)
NOT_READY = without_carrier(message("It isn't ready to collect yet."))

ON_HOLD = message("Your order is on hold")
WAIT_FOR_US = message("It won't be sent for now. If we need something from you, we'll write.")

CONFIRMED = message("We're preparing your order")
PENDING = message("We've received your order")
