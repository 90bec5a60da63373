"""Headline parts: what a headline consists of, and what it is made from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from language.carriers import CarrierMessage
from language.estimates import EstimateText, order_estimate
from language.facts import OrderFacts, ShipmentFacts
from language.locales import Language
from language.messages import Message

LONGEST_TITLE = 60
"""A longer title would take three lines of a phone: a shorter one is said instead."""


class HeadlineKind(StrEnum):
    """The subject of a headline, by which pages choose its look."""

    CANCELLED = "CANCELLED"
    LOST = "LOST"
    BACK = "BACK"
    GOING_BACK = "GOING_BACK"
    READY_TO_COLLECT = "READY_TO_COLLECT"
    NOT_DELIVERED = "NOT_DELIVERED"
    ARRIVED = "ARRIVED"
    PARTLY_ARRIVED = "PARTLY_ARRIVED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    NO_NEWS = "NO_NEWS"
    ON_ITS_WAY = "ON_ITS_WAY"
    PACKED = "PACKED"
    ON_HOLD = "ON_HOLD"
    PREPARING = "PREPARING"
    RECEIVED = "RECEIVED"


@dataclass(frozen=True, slots=True)
class Headline:
    """The title and the line below it; `question` leads to the help, `estimate` says when."""

    kind: HeadlineKind
    title: str
    line: str | None = None
    question: str | None = None
    estimate: EstimateText | None = None


@dataclass(frozen=True, slots=True)
class HeadlineSubject:
    """The order that a headline is about, and how it is told.

    `refund_words` are the shop's own words on refunds, in the language of the headline.
    """

    language: Language
    order: OrderFacts
    now: datetime
    refund_words: str | None = None

    def say(self, message: Message, **values: object) -> str:
        return self.language.say(message, **values)

    def short_title(self, full: str, short: Message) -> str:
        """Return a title, or the shorter one if the names in it make it too long."""
        return full if len(full) <= LONGEST_TITLE else self.say(short)

    def estimate(self) -> EstimateText | None:
        return order_estimate(self.language, self.order, self.now)

    def of_carrier(self, words: CarrierMessage, shipments: list[ShipmentFacts]) -> str:
        """Return a sentence with the carrier of the shipments, without one if they have several."""
        carriers = {shipment.carrier for shipment in shipments}
        return words.said_in(self.language, carriers.pop() if len(carriers) == 1 else None)
