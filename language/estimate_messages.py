"""Estimate messages: the sentences that tell when an order comes."""

from types import MappingProxyType
from typing import NamedTuple

from language.messages import Message, message, plural_message
from models.enums import EstimateSource


class DayWords(NamedTuple):
    """One sentence about a day to come: any, and those that have a word of their own."""

    any_day: Message
    today: Message
    tomorrow: Message


class PastDayWords(NamedTuple):
    """One sentence about a day by which something should have come."""

    any_day: Message
    today: Message
    yesterday: Message


EXPECTED = DayWords(
    # Translators: In all sentences with "Expected", "Promised" or "Probably arrives", it is the
    # order or a parcel of it that comes. %(day)s is a day in full, such as "Tuesday 1 December".
    message("Expected %(day)s"),
    message("Expected today, %(day)s"),
    message("Expected tomorrow, %(day)s"),
)
PROMISED = DayWords(
    # Translators: The shop has promised that it arrives on this day or before it.
    message("Promised by %(day)s"),
    message("Promised for today, %(day)s"),
    message("Promised for tomorrow, %(day)s"),
)
PREDICTED = DayWords(
    # Translators: Nobody has given this day: it is what is usual.
    message("Probably arrives %(day)s"),
    message("Probably arrives today, %(day)s"),
    message("Probably arrives tomorrow, %(day)s"),
)
BY_SOURCE = MappingProxyType(
    {
        EstimateSource.PROMISE: PROMISED,
        EstimateSource.CARRIER: EXPECTED,
        EstimateSource.OPERATOR: EXPECTED,
        EstimateSource.PREDICTION: PREDICTED,
    }
)

# Translators: A range of days, such as "Tue 1 to Thu 3 Dec".
EXPECTED_WITHIN = message("Expected %(days)s")
PREDICTED_WITHIN = message("Probably arrives %(days)s")
# Translators: The last of many days on which it can come.
EXPECTED_BY = message("Expected by %(day)s")
PREDICTED_BY = message("Probably arrives by %(day)s")

# Translators: %(start)s and %(end)s are times of the day, such as 10:00 and 14:00.
TODAY_BETWEEN = message("Expected today, %(day)s, between %(start)s and %(end)s")
TOMORROW_BETWEEN = message("Expected tomorrow, %(day)s, between %(start)s and %(end)s")
TODAY_BY = message("Expected today, %(day)s, by %(end)s")
TOMORROW_BY = message("Expected tomorrow, %(day)s, by %(end)s")
TODAY_BY_ITS_END = message("Expected today, %(day)s, by the end of the day")
TOMORROW_BY_ITS_END = message("Expected tomorrow, %(day)s, by the end of the day")
WITHIN_HOURS = plural_message(
    "Expected within %(number)s hour: today, %(day)s, by %(end)s",
    "Expected within %(number)s hours: today, %(day)s, by %(end)s",
)

WAS_EXPECTED = PastDayWords(
    message("Was expected by %(day)s"),
    message("Was expected earlier today, %(day)s"),
    message("Was expected by yesterday, %(day)s"),
)
WAS_EXPECTED_AT = message("Was expected today, %(day)s, by %(end)s")
WAS_PROMISED = PastDayWords(
    message("Was promised by %(day)s"),
    message("Was promised for earlier today, %(day)s"),
    message("Was promised by yesterday, %(day)s"),
)
NO_REASON = message("It's late. No reason is known yet. If nothing comes, contact us.")
# Translators: What was wrong is one of the titles of troubles, such as "It took a wrong turn".
REASON = message("It's late: “%(trouble)s”.")

# Translators: Somebody tried to deliver a parcel in vain, and nobody has said when they come again.
NOT_KNOWN_YET = message("A new day isn't known yet")

# Translators: A day that was told before, in short, such as "was Tue 1 Dec".
PREVIOUSLY = message("was %(day)s")

# Translators: %(day)s is a day in full, %(time)s a time of the day such as 14:05.
ARRIVED = message("Arrived %(day)s, %(time)s")
ARRIVED_THAT_DAY = message("Arrived %(day)s")

# Translators: Times of the day are those of this city, and not of the reader's clock.
LOCAL_TIME_IN = message("Local time in %(city)s")
