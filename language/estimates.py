"""Estimates: the text that tells when a parcel or an order comes, or that it is late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from language import estimate_messages as words
from language.arrivals import arrival_text, order_arrival
from language.attempts import has_outdated_estimate, is_outdated
from language.delivery_windows import DeliveryWindow, delivery_window
from language.facts import EstimateFacts, OrderFacts, ShipmentFacts
from language.locales import Language
from language.plain_values import plain_city
from language.progress import (
    expected_shipments,
    has_pieces_to_ship,
    is_going_back,
    is_lost,
    open_troubles,
    troubles_of_shipment,
)
from language.troubles import trouble_title
from language.zones import PlaceClock, clock_of
from models.enums import EstimateSource, ExceptionType, OrderStatus, ShipmentStatus

WIDEST_RANGE = 10
"""A range of more days is told by its last one alone."""
SOON = timedelta(hours=3)
"""How long before its end a window is told in hours from now."""
NO_REASON_IN_IT = frozenset({ExceptionType.DELAY, ExceptionType.CANCELLATION, ExceptionType.OTHER})
"""The types of trouble that do not say why something is late."""
NOT_EXPECTED = frozenset(
    {
        OrderStatus.ON_HOLD,
        OrderStatus.CANCELLED,
        OrderStatus.RETURNED,
        OrderStatus.PARTIALLY_RETURNED,
    }
)


@dataclass(frozen=True, slots=True)
class EstimateText:
    """When it comes. `text` is a sentence without a full stop.

    `reason` says why it is late, or that this is not known: then it `is_unexplained`. `previous`
    says which day was told before, `note` whose clock the hours are.
    """

    text: str
    reason: str | None = None
    previous: str | None = None
    note: str | None = None
    is_late: bool = False
    is_unexplained: bool = False


def order_estimate(language: Language, order: OrderFacts, now: datetime) -> EstimateText | None:
    """Return when the last of the order comes or came; None if nobody knows or nothing comes."""
    if order.status is OrderStatus.DELIVERED:
        return _arrived(order_arrival(language, order, now))
    if order.status in NOT_EXPECTED or is_going_back(order) or is_lost(order):
        return None
    expected = expected_shipments(order)
    coming = [each for each in expected if each.status is not ShipmentStatus.AVAILABLE_FOR_PICKUP]
    tried = [each for each in coming if has_outdated_estimate(each)]
    waiting = [each for each in tried if each.status is not ShipmentStatus.OUT_FOR_DELIVERY]
    dated = [
        (each.estimate.latest, each)
        for each in coming
        if each.estimate is not None and each not in tried
    ]
    if waiting or dated:
        last = waiting[0] if waiting else max(dated, key=lambda pair: pair[0])[1]
        return shipment_estimate(language, order, last, now)
    if order.estimate is None or not (coming or has_pieces_to_ship(order) or not order.shipments):
        return None
    again = [each for each in coming if is_outdated(order.estimate, each)]
    return (
        _not_known(language, again) if again else _text(language, order, None, order.estimate, now)
    )


def shipment_estimate(
    language: Language, order: OrderFacts, shipment: ShipmentFacts, now: datetime
) -> EstimateText | None:
    """Return when a parcel comes or came; None if nobody knows or it does not come."""
    if shipment.status is ShipmentStatus.DELIVERED:
        return _arrived(arrival_text(language, order, shipment, now))
    if order.status in NOT_EXPECTED or shipment not in expected_shipments(order):
        return None
    is_there = shipment.status is ShipmentStatus.AVAILABLE_FOR_PICKUP
    if shipment.estimate is None or is_there:
        return None
    if has_outdated_estimate(shipment):
        return _not_known(language, [shipment])
    return _text(language, order, shipment, shipment.estimate, now)


def _not_known(language: Language, tried: list[ShipmentFacts]) -> EstimateText | None:
    """Return what is said of parcels that come again: nothing if they are out for delivery."""
    is_out = all(each.status is ShipmentStatus.OUT_FOR_DELIVERY for each in tried)
    return None if is_out else EstimateText(language.say(words.NOT_KNOWN_YET))


def _arrived(text: str | None) -> EstimateText | None:
    return None if text is None else EstimateText(text)


def _text(
    language: Language,
    order: OrderFacts,
    shipment: ShipmentFacts | None,
    estimate: EstimateFacts,
    now: datetime,
) -> EstimateText:
    clock = clock_of(order.destination)
    window = delivery_window(estimate, clock)
    is_out = shipment is not None and shipment.status is ShipmentStatus.OUT_FOR_DELIVERY
    if window.ends_at <= now:
        late = _late_text(language, estimate, window, clock, now)
        reason = _reason(language, order, shipment)
        told = language.say(words.NO_REASON) if reason is None else reason
        return EstimateText(late, told, is_late=True, is_unexplained=reason is None)
    hours = _hours_text(language, window, clock, now, is_out=is_out)
    return EstimateText(
        hours or _days_text(language, estimate, window, clock, now),
        previous=_previous(language, order, shipment, estimate, now),
        note=None if hours is None else _note(language, order),
    )


def _hours_text(
    language: Language, window: DeliveryWindow, clock: PlaceClock, now: datetime, *, is_out: bool
) -> str | None:
    """Return the hours of a window that is today or tomorrow, None for any other."""
    today = clock.certain_day(now)
    if window.start is None or window.end is None or today is None:
        return None
    away = (window.last - today).days
    if away not in (0, 1):
        return None
    day, is_today = language.day(window.last, today), away == 0
    start, end = language.time(window.start), language.time(window.end)
    if window.is_until_midnight:
        text = words.TODAY_BY_ITS_END if is_today else words.TOMORROW_BY_ITS_END
        return language.say(text, day=day)
    left = window.ends_at - now
    if is_out and is_today and left <= SOON:
        hours = ceil(left / timedelta(hours=1))
        return language.count(words.WITHIN_HOURS, hours, day=day, end=end)
    if window.start == window.end:
        text = words.TODAY_BY if is_today else words.TOMORROW_BY
        return language.say(text, day=day, end=end)
    text = words.TODAY_BETWEEN if is_today else words.TOMORROW_BETWEEN
    return language.say(text, day=day, start=start, end=end)


def _days_text(
    language: Language,
    estimate: EstimateFacts,
    window: DeliveryWindow,
    clock: PlaceClock,
    now: datetime,
) -> str:
    """Return the day or the days that are left of a window, in the words of its source."""
    today, is_promise = clock.day(now), estimate.source is EstimateSource.PROMISE
    is_guess = estimate.source is EstimateSource.PREDICTION
    first = window.last if is_promise else max(window.first, today)
    if (window.last - first).days > WIDEST_RANGE:
        text = words.PREDICTED_BY if is_guess else words.EXPECTED_BY
        return language.say(text, day=language.short_day(window.last, today))
    if first < window.last:
        text = words.PREDICTED_WITHIN if is_guess else words.EXPECTED_WITHIN
        return language.say(text, days=language.days(first, window.last, today))
    day_words, certain = words.BY_SOURCE[estimate.source], clock.certain_day(now)
    away = -1 if certain is None else (window.last - certain).days
    text = {0: day_words.today, 1: day_words.tomorrow}.get(away, day_words.any_day)
    return language.say(text, day=language.day(window.last, today))


def _late_text(
    language: Language,
    estimate: EstimateFacts,
    window: DeliveryWindow,
    clock: PlaceClock,
    now: datetime,
) -> str:
    today, certain = clock.day(now), clock.certain_day(now)
    day = language.day(window.last, today)
    is_today = certain is not None and window.last == certain
    if is_today and window.end is not None:
        return language.say(words.WAS_EXPECTED_AT, day=day, end=language.time(window.end))
    is_promise = estimate.source is EstimateSource.PROMISE
    day_words = words.WAS_PROMISED if is_promise else words.WAS_EXPECTED
    if is_today:
        return language.say(day_words.today, day=day)
    is_yesterday = certain is not None and (certain - window.last).days == 1
    return language.say(day_words.yesterday if is_yesterday else day_words.any_day, day=day)


def _reason(language: Language, order: OrderFacts, shipment: ShipmentFacts | None) -> str | None:
    troubles = order.troubles if shipment is None else troubles_of_shipment(order, shipment)
    telling = [each for each in open_troubles(troubles) if each.type not in NO_REASON_IN_IT]
    if not telling:
        return None
    carrier = None if shipment is None else shipment.carrier
    return language.say(words.REASON, trouble=trouble_title(language, telling[0], carrier))


def _previous(
    language: Language,
    order: OrderFacts,
    shipment: ShipmentFacts | None,
    estimate: EstimateFacts,
    now: datetime,
) -> str | None:
    """Return the last other day that was told: by an estimate before, or by the promise."""
    clock = clock_of(order.destination)
    last = delivery_window(estimate, clock).last
    before = (delivery_window(each, clock).last for each in _told_before(order, shipment, estimate))
    days = [day for day in before if day != last]
    if not days:
        return None
    return language.say(words.PREVIOUSLY, day=language.short_day(days[0], clock.day(now)))


def _told_before(
    order: OrderFacts, shipment: ShipmentFacts | None, estimate: EstimateFacts
) -> Iterator[EstimateFacts]:
    """Yield what was told before an estimate, newest first; guesses only before another guess."""
    revisions = () if shipment is None else shipment.estimates
    for each in reversed(revisions):
        is_guess = each.source is EstimateSource.PREDICTION
        if each != estimate and (not is_guess or estimate.source is each.source):
            yield each
    promise = order.promised_at
    if promise is not None and estimate.source is not EstimateSource.PROMISE:
        yield EstimateFacts(promise, promise, EstimateSource.PROMISE, order.placed_at)


def _note(language: Language, order: OrderFacts) -> str | None:
    city = plain_city(order.destination)
    return language.say(words.LOCAL_TIME_IN, city=city) if city else None
