"""Every text about statuses, troubles and events in one language, a line for each.

The English ones are kept in english_texts.txt, so that a change of words shows in a review. Write
them anew with: python -m tests.language.english_texts > tests/language/english_texts.txt
"""

import sys
from collections.abc import Iterator

from language.catalog import open_catalogs
from language.events import event_label, place_text
from language.facts import OrderFacts, PlaceFacts
from language.headlines import headline
from language.locales import Language
from language.statuses import delivery_method, health, order_status, shipment_status
from language.steps import STEP_LABELS
from language.troubles import solved_lines, trouble_cards, trouble_title
from models.enums import (
    DeliveryMethod,
    EventClassifier,
    ExceptionResolution,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from tests.language.order_facts import NOW, build_event, build_order, build_shipment, build_trouble

CARRIERS = ("ups", None)
LEIPZIG = PlaceFacts(city="Leipzig", country="DE")


def every_text(language: Language) -> Iterator[str]:
    yield from _statuses(language)
    yield from _headlines(language)
    for type_ in ExceptionType:
        for carrier in CARRIERS:
            for status in ExceptionStatus:
                yield _trouble(language, type_, status, carrier)
        for resolution in ExceptionResolution:
            yield _resolution(language, type_, resolution)
    yield from _events(language)


def _statuses(language: Language) -> Iterator[str]:
    for order in OrderStatus:
        yield f"order {order}: {order_status(language, order)}"
    for shipment in ShipmentStatus:
        yield f"shipment {shipment}: {shipment_status(language, shipment)}"
    for method in DeliveryMethod:
        yield f"method {method}: {delivery_method(language, method)}"
    for how in Health:
        yield f"health {how}: {health(language, how)}"
    for step, label in STEP_LABELS.items():
        yield f"step {step}: {language.say(label)}"


def _headlines(language: Language) -> Iterator[str]:
    for order_status_ in OrderStatus:
        told = _headline(language, build_order(order_status_))
        yield f"headline of order {order_status_}: {told}"
    for shipment in ShipmentStatus:
        for carrier in CARRIERS:
            parcel = build_shipment(shipment, carrier=carrier)
            told = _headline(language, build_order(OrderStatus.SHIPPED, parcel))
            yield f"headline of shipment {shipment} by {carrier}: {told}"
    for type_ in ExceptionType:
        for status in ExceptionStatus:
            trouble = build_trouble(type_, status=status)
            order = build_order(OrderStatus.SHIPPED, build_shipment(), troubles=(trouble,))
            yield f"headline of {type_} {status}: {_headline(language, order)}"


def _headline(language: Language, order: OrderFacts) -> str:
    told = headline(language, order, NOW)
    return _joined(told.title, told.line, told.question)


def _trouble(
    language: Language, type_: ExceptionType, status: ExceptionStatus, carrier: str | None
) -> str:
    trouble = build_trouble(type_, status=status)
    parcel = build_shipment(carrier=carrier)
    order = build_order(OrderStatus.SHIPPED, parcel, troubles=(trouble,))
    cards = trouble_cards(language, order)
    texts = [cards.action, *cards.others]
    told = [_joined(each.title, each.text, each.action) for each in texts if each is not None]
    title = trouble_title(language, trouble, carrier)
    said = [cards.others_title, *told] if told else [f"({title})"]
    return f"{type_} {status} by {carrier}: {_joined(*said)}"


def _resolution(language: Language, type_: ExceptionType, resolution: ExceptionResolution) -> str:
    trouble = build_trouble(
        type_, status=ExceptionStatus.RESOLVED, resolution=resolution, resolved_at=NOW
    )
    order = build_order(OrderStatus.SHIPPED, build_shipment(), troubles=(trouble,))
    (line,) = solved_lines(language, order, order.troubles)
    return f"{type_} {resolution}: {line.text}"


def _events(language: Language) -> Iterator[str]:
    for type_ in TrackingEventType:
        for carrier in CARRIERS:
            for place in (LEIPZIG, None):
                event = build_event(type_, location=place)
                label = event_label(language, event, carrier)
                yield f"{type_} by {carrier}: {_joined(label, place_text(language, place))}"
        planned = build_event(type_, classifier=EventClassifier.PLANNED)
        yield f"{type_} planned: {event_label(language, planned, 'ups')}"


def _joined(*parts: str | None) -> str:
    return " | ".join(part for part in parts if part is not None)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in every_text(open_catalogs().language("en")))
