"""Headlines of all orders that can be: there is one, it is short, and it claims what is so."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from language.facts import OrderFacts, ShipmentFacts, TroubleFacts
from language.headline_parts import LONGEST_TITLE, HeadlineKind
from language.headlines import headline
from language.locales import Language
from language.progress import shipment_of
from language.steps import steps
from language.trouble_messages import TROUBLES
from language.troubles import ON_THE_WAY, trouble_cards
from models.enums import (
    DeliveryMethod,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    Health,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from models.order_status import NOT_MOVED, READY, PieceCounts, derive_order_status
from tests.language.order_facts import (
    NOW,
    build_estimate,
    build_event,
    build_item,
    build_order,
    build_shipment,
    build_trouble,
)

CARRIERS = ("ups", "own", None, "a_carrier_with_a_name_that_is_" + "very_" * 12 + "long")


@dataclass(frozen=True, slots=True)
class Parcel:
    """A shipment with the pieces in it; it may have been delivered before it turned round."""

    shipment: ShipmentFacts
    pieces: int

    @property
    def was_delivered(self) -> bool:
        return self.shipment.delivered_at is not None


@st.composite
def parcels(draw: st.DrawFn, number: int) -> Parcel:
    status = draw(st.sampled_from([*ShipmentStatus]))
    turned = status in (ShipmentStatus.RETURNING, ShipmentStatus.RETURNED, ShipmentStatus.LOST)
    is_delivered = status is ShipmentStatus.DELIVERED or (turned and draw(st.booleans()))
    type_ = draw(st.sampled_from([TrackingEventType.DELIVERED, TrackingEventType.COLLECTED]))
    event = build_event(type_)
    return Parcel(
        build_shipment(
            status,
            id=str(number),
            carrier=draw(st.sampled_from(CARRIERS)),
            health=draw(st.sampled_from(Health)),
            estimate=draw(st.sampled_from([None, build_estimate("2026-12-01T09:00")])),
            events=(event,) if is_delivered else (),
            delivered_at=event.occurred_at if is_delivered else None,
        ),
        pieces=0 if status is ShipmentStatus.CANCELLED else draw(st.integers(1, 3)),
    )


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    held = [draw(parcels(number)) for number in range(draw(st.integers(0, 3)))]
    unallocated, cancelled = draw(st.integers(0, 2)), draw(st.integers(0, 2))
    allocated = sum(parcel.pieces for parcel in held)
    ordered = allocated + unallocated + cancelled or 1
    moved = [each for each in held if each.shipment.status not in NOT_MOVED]
    counts = PieceCounts(
        is_confirmed=draw(st.booleans()),
        is_on_hold=draw(st.booleans()),
        ordered=ordered,
        cancelled=cancelled,
        allocated=allocated,
        shipped=sum(each.pieces for each in moved),
        delivered=sum(each.pieces for each in held if _counts_as_delivered(each)),
        returned=_pieces(held, ShipmentStatus.RETURNED),
        out_for_delivery=_pieces(held, ShipmentStatus.OUT_FOR_DELIVERY),
        ready=_pieces(held, *READY),
        unfinished=sum(each.pieces for each in held if not each.shipment.status.is_finished),
    )
    item = build_item(
        ordered,
        allocated_quantity=allocated,
        cancelled_quantity=cancelled,
        shipped_quantity=counts.shipped,
        delivered_quantity=counts.delivered,
        returned_quantity=counts.returned,
    )
    return build_order(
        derive_order_status(counts),
        *(each.shipment for each in held),
        items=(item,),
        delivery_method=draw(st.sampled_from(DeliveryMethod)),
        troubles=tuple(draw(troubles(held))),
    )


def _counts_as_delivered(parcel: Parcel) -> bool:
    return parcel.was_delivered and parcel.shipment.status is not ShipmentStatus.RETURNED


def _pieces(held: list[Parcel], *statuses: ShipmentStatus) -> int:
    return sum(parcel.pieces for parcel in held if parcel.shipment.status in statuses)


def troubles(held: list[Parcel]) -> st.SearchStrategy[list]:  # type: ignore[type-arg]
    ids = st.sampled_from([None, *(parcel.shipment.id for parcel in held)])
    values = st.builds(
        lambda type_, status, severity, shipment_id: build_trouble(
            type_, status=status, severity=severity, shipment_id=shipment_id, resolved_at=NOW
        ),
        st.sampled_from(ExceptionType),
        st.sampled_from(ExceptionStatus),
        st.sampled_from(ExceptionSeverity),
        ids,
    )
    return st.lists(values, max_size=3)


@given(order=orders())
def test_every_order_has_a_short_headline(english: Language, order: OrderFacts) -> None:
    told = headline(english, order, NOW)

    assert 0 < len(told.title) <= LONGEST_TITLE
    assert "%(" not in f"{told.title}{told.line}{told.question}"


@given(order=orders())
def test_a_headline_claims_only_what_is_so(english: Language, order: OrderFacts) -> None:
    told = headline(english, order, NOW)
    statuses = {shipment.status for shipment in order.shipments}
    needed = {
        HeadlineKind.OUT_FOR_DELIVERY: {ShipmentStatus.OUT_FOR_DELIVERY},
        HeadlineKind.READY_TO_COLLECT: {ShipmentStatus.AVAILABLE_FOR_PICKUP},
        HeadlineKind.GOING_BACK: {ShipmentStatus.RETURNING},
        HeadlineKind.BACK: {ShipmentStatus.RETURNED},
        HeadlineKind.ON_ITS_WAY: {
            ShipmentStatus.IN_TRANSIT,
            ShipmentStatus.OUT_FOR_DELIVERY,
            ShipmentStatus.DELIVERY_ATTEMPTED,
        },
    }

    assert statuses & needed.get(told.kind, statuses) or told.kind not in needed
    assert (told.kind is HeadlineKind.CANCELLED) == (order.status is OrderStatus.CANCELLED)
    if told.title == "Your order has arrived":
        assert order.status is OrderStatus.DELIVERED
    if told.title == "Your order is on its way":
        assert statuses <= {*needed[HeadlineKind.ON_ITS_WAY], ShipmentStatus.CANCELLED}


@given(order=orders())
def test_an_estimate_is_told_only_of_what_still_comes(english: Language, order: OrderFacts) -> None:
    told = headline(english, order, NOW)
    coming = [
        shipment
        for shipment in order.shipments
        if not shipment.status.is_finished and shipment.status is not ShipmentStatus.RETURNING
    ]

    assert told.estimate is None or coming or order.estimate is not None


@given(order=orders())
def test_the_bar_has_one_current_step_and_all_before_it_done(
    english: Language, order: OrderFacts
) -> None:
    bar = steps(english, order)

    assert [step.is_current for step in bar].count(True) == (1 if bar else 0)
    assert [step.is_done for step in bar] == sorted((step.is_done for step in bar), reverse=True)
    if order.status is OrderStatus.DELIVERED and bar:
        assert bar[-1].is_current


@given(order=orders())
def test_at_most_one_card_asks_for_something_and_nothing_that_matters_is_left_out(
    english: Language, order: OrderFacts
) -> None:
    cards = trouble_cards(english, order)
    told = {text.type for text in (cards.action, *cards.others) if text is not None}
    open_types = {
        trouble.type
        for trouble in order.troubles
        if trouble.status not in (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED)
        and not (trouble.type in ON_THE_WAY and _has_ended(order, trouble))
    }
    headlines = {ExceptionType.LOST, ExceptionType.STOLEN, ExceptionType.STALE}

    assert told == (set() if order.status is OrderStatus.CANCELLED else open_types - headlines)
    assert (cards.action is not None) == any(TROUBLES[type_].action for type_ in told)
    assert (cards.others_title is None) == (cards.others == ())


def _has_ended(order: OrderFacts, trouble: TroubleFacts) -> bool:
    shipment = shipment_of(order, trouble)
    return shipment is not None and shipment.status in (
        *(ShipmentStatus.RETURNING, ShipmentStatus.RETURNED),
        *(ShipmentStatus.LOST, ShipmentStatus.CANCELLED),
    )
