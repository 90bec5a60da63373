"""Troubles: which card comes first, and what is told together."""

from dataclasses import replace
from datetime import timedelta

import pytest

from language.facts import OrderFacts, TroubleFacts
from language.locales import Language
from language.troubles import TroubleCards, TroubleText, solved_lines, trouble_cards
from models.enums import (
    ExceptionResolution,
    ExceptionSeverity,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
    TrackingEventType,
)
from tests.language.order_facts import (
    NOW,
    at,
    build_event,
    build_order,
    build_shipment,
    build_trouble,
)

LOW, HIGH, CRITICAL = ExceptionSeverity.LOW, ExceptionSeverity.HIGH, ExceptionSeverity.CRITICAL


def _order(*troubles: TroubleFacts) -> OrderFacts:
    parcels = (build_shipment(id="1"), build_shipment(id="2", carrier="fedex"))
    return build_order(OrderStatus.SHIPPED, *parcels, troubles=troubles)


def _titles(texts: tuple[TroubleText, ...]) -> list[str]:
    return [text.title for text in texts]


def test_the_worst_that_asks_for_something_is_the_one_card(english: Language) -> None:
    cards = trouble_cards(
        english,
        _order(
            build_trouble(ExceptionType.OTHER, severity=CRITICAL),
            build_trouble(ExceptionType.PAYMENT_DUE, severity=LOW, shipment_id="1"),
            build_trouble(ExceptionType.ADDRESS_PROBLEM, severity=HIGH, shipment_id="1"),
        ),
    )

    assert cards.action is not None
    assert (cards.action.title, cards.action.action) == (
        "Something is wrong with the address",
        "Check your address with us, before the parcel goes back.",
    )
    assert cards.others_title == "What else is going on (2)"
    assert _titles(cards.others) == ["There's a problem", "Duties or fees are due"]


@pytest.mark.parametrize(
    ("status", "type_", "hours", "text"),
    [
        (
            ShipmentStatus.IN_TRANSIT,
            TrackingEventType.DEPARTED_FACILITY,
            1,
            "It's still on its way. We'll look into it.",
        ),
        (ShipmentStatus.IN_TRANSIT, TrackingEventType.DEPARTED_FACILITY, -1, "We'll look into it."),
        (ShipmentStatus.IN_TRANSIT, TrackingEventType.HELD, 1, "We'll look into it."),
        (ShipmentStatus.DELIVERED, TrackingEventType.IN_TRANSIT, 1, "We'll look into it."),
    ],
)
def test_a_damaged_parcel_is_said_to_come_only_if_it_has_moved_since(
    english: Language,
    status: ShipmentStatus,
    type_: TrackingEventType,
    hours: int,
    text: str,
) -> None:
    damaged = build_trouble(ExceptionType.DAMAGED)
    event = build_event(type_, occurred_at=damaged.opened_at + timedelta(hours=hours))
    parcel = build_shipment(status, events=(event,))
    order = build_order(OrderStatus.SHIPPED, parcel, troubles=(damaged,))

    action = trouble_cards(english, order).action
    assert action is not None
    assert action.text == text


def test_what_everybody_can_do_comes_before_what_some_can(english: Language) -> None:
    cards = trouble_cards(
        english,
        _order(
            build_trouble(ExceptionType.DAMAGED, severity=CRITICAL, shipment_id="1"),
            build_trouble(ExceptionType.PAYMENT_DUE, severity=LOW, shipment_id="2"),
        ),
    )

    assert cards.action is not None
    assert cards.action.title == "Duties or fees are due"
    assert _titles(cards.others) == ["Your parcel was damaged"]


def test_delays_of_every_kind_are_one_card(english: Language) -> None:
    cards = trouble_cards(
        english,
        _order(
            build_trouble(ExceptionType.DELAY, severity=LOW, shipment_id="1"),
            build_trouble(ExceptionType.CUSTOMS_HOLD, severity=HIGH, shipment_id="1"),
        ),
    )

    assert cards.action is None
    assert cards.others_title == "Why it's late (2)"
    assert _titles(cards.others) == ["Customs is checking it", "It's running late"]


@pytest.mark.parametrize(
    ("is_late", "title"), [(False, "What's going on"), (True, "Why it's late")]
)
def test_what_may_be_over_in_time_is_no_reason_to_call_an_order_late(
    english: Language, is_late: bool, title: str
) -> None:
    held = build_trouble(ExceptionType.CUSTOMS_HOLD, shipment_id="1")

    assert trouble_cards(english, replace(_order(held), is_late=is_late)).others_title == title


def test_what_two_parcels_share_is_said_once(english: Language) -> None:
    first = build_trouble(ExceptionType.DELAY, shipment_id="1", opened_at=at("2026-11-28T10:00"))
    second = build_trouble(ExceptionType.DELAY, shipment_id="2", opened_at=at("2026-11-27T10:00"))

    assert trouble_cards(english, _order(first, second)).others == (
        TroubleText(
            ExceptionType.DELAY,
            "It's running late",
            "It takes longer than planned.",
            None,
            at("2026-11-27T10:00"),
            ("2", "1"),
        ),
    )


def test_silence_is_on_a_card_unless_the_headline_tells_it(english: Language) -> None:
    order = _order(build_trouble(ExceptionType.STALE, shipment_id="1"))

    silent = trouble_cards(english, order)
    assert [(each.title, each.text) for each in silent.others] == [
        ("There's no news of it", "We'll look into it.")
    ]
    assert trouble_cards(english, order, is_silence_told=True).others == ()


@pytest.mark.parametrize(
    ("status", "others"),
    [
        (ShipmentStatus.AVAILABLE_FOR_PICKUP, ["There's no news of it"]),
        (ShipmentStatus.DELIVERED, []),
        (ShipmentStatus.RETURNING, []),
        (ShipmentStatus.LOST, []),
    ],
)
def test_silence_matters_only_of_a_parcel_that_is_still_to_come(
    english: Language, status: ShipmentStatus, others: list[str]
) -> None:
    troubles = (build_trouble(ExceptionType.STALE, shipment_id="parcel"),)
    order = build_order(OrderStatus.SHIPPED, build_shipment(status), troubles=troubles)

    assert _titles(trouble_cards(english, order).others) == others


def test_there_is_no_word_of_silence_beside_that_of_a_loss(english: Language) -> None:
    lost = build_trouble(ExceptionType.LOST, shipment_id="1")
    of_the_lost, of_another = (
        build_trouble(ExceptionType.STALE, shipment_id=number) for number in ("1", "2")
    )

    assert trouble_cards(english, _order(lost, of_the_lost)).others == ()
    assert _titles(trouble_cards(english, _order(lost, of_another)).others) == [
        "There's no news of it"
    ]


def test_what_the_next_trouble_asks_comes_first_when_the_one_before_it_is_solved(
    english: Language,
) -> None:
    fee = build_trouble(ExceptionType.PAYMENT_DUE, shipment_id="1")
    solved = build_trouble(
        ExceptionType.ADDRESS_PROBLEM,
        severity=HIGH,
        shipment_id="1",
        status=ExceptionStatus.RESOLVED,
        resolved_at=NOW,
    )

    cards = trouble_cards(english, _order(fee, solved))
    assert cards.action is not None
    assert cards.action.action == (
        "Pay only on the website of UPS. Open it yourself, not by a link."
    )


@pytest.mark.parametrize("status", ExceptionStatus)
@pytest.mark.parametrize("type_", ExceptionType)
def test_nobody_is_said_to_work_on_what_nobody_works_on(
    english: Language, type_: ExceptionType, status: ExceptionStatus
) -> None:
    cards = trouble_cards(english, _order(build_trouble(type_, status=status)))
    texts = [text.text or "" for text in (cards.action, *cards.others) if text is not None]
    works = (ExceptionStatus.ACKNOWLEDGED, ExceptionStatus.IN_PROGRESS)

    assert all(("We're on it." in text) == (status in works) for text in texts)
    assert all(("We're waiting" in text) == (status is ExceptionStatus.WAITING) for text in texts)
    assert texts == [] or status not in (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED)


def test_a_cancelled_order_has_no_cards(english: Language) -> None:
    order = build_order(OrderStatus.CANCELLED, troubles=(build_trouble(ExceptionType.OTHER),))

    cards = trouble_cards(english, order)

    assert (cards.action, cards.others_title, cards.others) == (None, None, ())


@pytest.mark.parametrize("status", [ShipmentStatus.RETURNING, ShipmentStatus.LOST])
def test_a_parcel_that_does_not_come_asks_for_nothing_that_would_help_it_to_come(
    english: Language, status: ShipmentStatus
) -> None:
    troubles = [build_trouble(type_, shipment_id="parcel") for type_ in ExceptionType]

    def cards(status: ShipmentStatus) -> TroubleCards:
        parcel = build_shipment(status)
        return trouble_cards(english, build_order(OrderStatus.SHIPPED, parcel, troubles=troubles))

    coming, gone = cards(ShipmentStatus.IN_TRANSIT), cards(status)
    assert coming.action is not None
    assert gone.action is not None
    told = {text.type for text in (gone.action, *gone.others)}
    assert {text.type for text in (coming.action, *coming.others)} - told == {
        *(ExceptionType.DELAY, ExceptionType.WEATHER, ExceptionType.FORCE_MAJEURE),
        *(ExceptionType.MISROUTED, ExceptionType.CUSTOMS_HOLD, ExceptionType.SECURITY_HOLD),
        *(ExceptionType.ADDRESS_PROBLEM, ExceptionType.RECIPIENT_UNAVAILABLE),
        *(ExceptionType.ACCESS_RESTRICTED, ExceptionType.IDENTITY_CHECK_FAILED),
        *(ExceptionType.PAYMENT_DUE, ExceptionType.DOCUMENTS_MISSING),
        *(ExceptionType.NOT_COLLECTED, ExceptionType.PICKUP_FAILED),
    }


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (ShipmentStatus.RETURNING, "Closed: “Nobody was there to take it”"),
        (ShipmentStatus.OUT_FOR_DELIVERY, "Solved: “Nobody was there to take it”"),
    ],
)
def test_what_made_a_parcel_turn_round_was_not_solved(
    english: Language, status: ShipmentStatus, line: str
) -> None:
    trouble = build_trouble(
        ExceptionType.RECIPIENT_UNAVAILABLE,
        status=ExceptionStatus.RESOLVED,
        resolution=ExceptionResolution.CLEARED,
        resolved_at=NOW,
    )
    order = build_order(OrderStatus.SHIPPED, build_shipment(status), troubles=(trouble,))

    assert [one.text for one in solved_lines(english, order, order.troubles)] == [line]


def test_solved_troubles_are_told_newest_first_and_dismissed_ones_never(english: Language) -> None:
    def closed(type_: ExceptionType, status: ExceptionStatus, resolved_at: str) -> TroubleFacts:
        return build_trouble(type_, status=status, resolved_at=at(resolved_at), shipment_id="1")

    order = _order(
        closed(ExceptionType.LOST, ExceptionStatus.RESOLVED, "2026-11-28T10:00"),
        closed(ExceptionType.PICKUP_FAILED, ExceptionStatus.RESOLVED, "2026-11-29T10:00"),
        closed(ExceptionType.OTHER, ExceptionStatus.DISMISSED, "2026-11-29T11:00"),
        build_trouble(ExceptionType.DELAY, resolved_at=NOW),
    )

    assert [line.text for line in solved_lines(english, order, order.troubles)] == [
        "Solved: “UPS didn't pick it up from us”",
        "It was found again",
    ]
