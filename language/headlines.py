"""Headlines: the one thing that the customer of an order must know, with a line below it."""

from datetime import datetime

from language import journey_headlines as journey
from language import trouble_headlines as trouble
from language.facts import OrderFacts
from language.headline_parts import Headline, HeadlineSubject
from language.locales import Language

PRECEDENCE = (
    trouble.cancelled,
    trouble.lost,
    trouble.back,
    journey.ready_to_collect,
    trouble.not_delivered,
    trouble.wrongly_delivered,
    journey.delivered,
    journey.partly_arrived,
    journey.out_for_delivery,
    trouble.no_news,
    journey.on_its_way,
    journey.packed,
    journey.on_hold,
    journey.preparing,
)
"""Each gives the headline of an order for which it holds: the first one is told."""


def headline(
    language: Language, order: OrderFacts, now: datetime, *, refund_words: str | None = None
) -> Headline:
    """Return the headline of an order; `refund_words` are the shop's own for a cancelled one."""
    subject = HeadlineSubject(language, order, now, refund_words)
    headlines = (rule(subject) for rule in PRECEDENCE)
    return next(told for told in headlines if told is not None)
