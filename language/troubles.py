"""Troubles: the cards that say what is wrong and what the reader can do, and what was solved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from language.facts import OrderFacts, TroubleFacts
from language.locales import Language
from language.messages import context_message, message
from language.progress import (
    GOING_BACK,
    LOSSES,
    expected_shipments,
    has_moved_since,
    open_troubles,
    open_troubles_of,
    shipment_of,
)
from language.trouble_messages import (
    CLOSED,
    FOUND,
    NOTHING_TO_DO,
    OUR_WORK,
    RESOLUTIONS,
    RETURN_REASONS,
    SOLVED,
    STILL_COMING,
    TROUBLES,
    TroubleWords,
)
from models.enums import (
    ExceptionResolution,
    ExceptionStatus,
    ExceptionType,
    OrderStatus,
    ShipmentStatus,
)

DELAYS = frozenset(
    {
        ExceptionType.DELAY,
        ExceptionType.WEATHER,
        ExceptionType.FORCE_MAJEURE,
        ExceptionType.MISROUTED,
        ExceptionType.CUSTOMS_HOLD,
        ExceptionType.SECURITY_HOLD,
    }
)
SAID_TO_BE_LATE = frozenset(
    {ExceptionType.DELAY, ExceptionType.WEATHER, ExceptionType.FORCE_MAJEURE}
)
"""The delays that are late by what they say; any other may still be over in time."""
NOT_COMING = (*GOING_BACK, ShipmentStatus.LOST, ShipmentStatus.CANCELLED)
ON_THE_WAY = DELAYS | {
    ExceptionType.ADDRESS_PROBLEM,
    ExceptionType.RECIPIENT_UNAVAILABLE,
    ExceptionType.ACCESS_RESTRICTED,
    ExceptionType.IDENTITY_CHECK_FAILED,
    ExceptionType.PAYMENT_DUE,
    ExceptionType.DOCUMENTS_MISSING,
    ExceptionType.NOT_COLLECTED,
    ExceptionType.PICKUP_FAILED,
}
"""The types that hinder a parcel on its way to the customer: of one that does not come any more,
nothing is to be done about them, although nobody may have closed them."""

WHY_LATE = message("Why it's late")
WHAT_ELSE = message("What else is going on")
WHAT_IS_WRONG = message("What's going on")
# Translators: The title of a card with the number of reasons in it, such as "Why it's late (2)".
WITH_NUMBER = context_message("title with a number", "%(title)s (%(number)s)")


@dataclass(frozen=True, slots=True)
class TroubleText:
    """The words about one trouble. `text` tells what is so, `action` what the reader can do.

    `shipment_ids` are the parcels that it is about, none for the whole order.
    """

    type: ExceptionType
    title: str
    text: str | None
    action: str | None
    opened_at: datetime
    shipment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TroubleCards:
    """At most one card that asks the reader for something, and one with all the rest."""

    action: TroubleText | None
    others_title: str | None
    others: tuple[TroubleText, ...]


@dataclass(frozen=True, slots=True)
class SolvedLine:
    """A line of the timeline for a trouble that is over."""

    id: str
    text: str
    resolved_at: datetime


def trouble_cards(
    language: Language, order: OrderFacts, *, is_silence_told: bool = False
) -> TroubleCards:
    """Return the cards of an order's open troubles, none for a cancelled order.

    A trouble that several parcels share is said once. What is asked of every reader comes before
    what is asked of some, so that the one request on the page is one that the reader can fulfil.
    `is_silence_told` says that the headline tells already that news is missing.
    """
    shown = [] if order.status is OrderStatus.CANCELLED else open_troubles(order.troubles)
    told = [trouble for trouble in shown if _is_on_a_card(order, trouble, is_silence_told)]
    texts = [_text_of(language, order, alike) for alike in _alike(told)]
    asking = [text for text in texts if text.action is not None]
    action = min(asking, key=lambda text: TROUBLES[text.type].asks_some, default=None)
    others = tuple(text for text in texts if text is not action)
    return TroubleCards(action, _others_title(language, order, action, others), others)


def trouble_title(language: Language, trouble: TroubleFacts, carrier: str | None) -> str:
    """Return what is wrong, as a sentence without a full stop."""
    return TROUBLES[trouble.type].title.said_in(language, carrier)


def our_work(language: Language, trouble: TroubleFacts) -> str | None:
    """Return what the shop does about a trouble; None if nobody says that it does something."""
    is_ours = TROUBLES[trouble.type].is_our_work or trouble.status is not ExceptionStatus.OPEN
    sentence = OUR_WORK.get(trouble.status)
    return language.say(sentence) if sentence is not None and is_ours else None


def solved_lines(
    language: Language, order: OrderFacts, troubles: Iterable[TroubleFacts]
) -> tuple[SolvedLine, ...]:
    """Return a line for each trouble that was resolved, newest first; dismissed ones were none."""
    resolved = [
        SolvedLine(
            trouble.id,
            _resolution(language, order, trouble),
            trouble.resolved_at,
        )
        for trouble in troubles
        if trouble.status is ExceptionStatus.RESOLVED and trouble.resolved_at is not None
    ]
    return tuple(sorted(resolved, key=lambda line: line.resolved_at, reverse=True))


def _is_on_a_card(order: OrderFacts, trouble: TroubleFacts, is_silence_told: bool) -> bool:
    if trouble.type in LOSSES:  # The headline tells them.
        return False
    if trouble.type is ExceptionType.STALE:
        return not is_silence_told and _matters_as_silence(order, trouble)
    shipment = shipment_of(order, trouble)
    has_ended = shipment is not None and shipment.status in NOT_COMING
    return not (has_ended and trouble.type in ON_THE_WAY)


def _matters_as_silence(order: OrderFacts, trouble: TroubleFacts) -> bool:
    """Return whether news are missing of a parcel that may still come."""
    losses = open_troubles_of(order, *LOSSES)
    is_missed = any(loss.shipment_id in (None, trouble.shipment_id) for loss in losses)
    expected = expected_shipments(order)
    is_expected = any(trouble.shipment_id in (None, each.id) for each in expected)
    return is_expected and not is_missed


def _alike(troubles: Iterable[TroubleFacts]) -> list[list[TroubleFacts]]:
    """Group the troubles of which the same is said, in the order of the first of each group."""
    groups: dict[tuple[ExceptionType, ExceptionStatus], list[TroubleFacts]] = {}
    for trouble in troubles:
        groups.setdefault((trouble.type, trouble.status), []).append(trouble)
    return list(groups.values())


def _text_of(language: Language, order: OrderFacts, alike: list[TroubleFacts]) -> TroubleText:
    first = alike[0]
    words, carrier = TROUBLES[first.type], _carrier(order, alike)
    text = _sentences(language, first, words, carrier)
    if first.type is ExceptionType.DAMAGED and all(has_moved_since(order, each) for each in alike):
        text = " ".join(filter(None, (language.say(STILL_COMING), text)))
    return TroubleText(
        first.type,
        words.title.said_in(language, carrier),
        text,
        None if words.action is None else words.action.said_in(language, carrier),
        min(trouble.opened_at for trouble in alike),
        tuple(each.shipment_id for each in alike if each.shipment_id is not None),
    )


def _sentences(
    language: Language, trouble: TroubleFacts, words: TroubleWords, carrier: str | None
) -> str | None:
    """Return what is so and what the shop does.

    Nobody is told to do nothing while an answer is waited for: it may be the reader's.
    """
    is_waiting = trouble.status is ExceptionStatus.WAITING
    text = None if is_waiting and words.text is NOTHING_TO_DO else words.text
    said = (
        None if text is None else text.said_in(language, carrier),
        our_work(language, trouble),
    )
    return " ".join(sentence for sentence in said if sentence is not None) or None


def _carrier(order: OrderFacts, alike: list[TroubleFacts]) -> str | None:
    """Return the carrier of the shipments, None if they have several."""
    shipments = [shipment_of(order, trouble) for trouble in alike]
    carriers = {None if shipment is None else shipment.carrier for shipment in shipments}
    return carriers.pop() if len(carriers) == 1 else None


def _others_title(
    language: Language,
    order: OrderFacts,
    action: TroubleText | None,
    others: tuple[TroubleText, ...],
) -> str | None:
    """Return the title of the card with the others; it says that the order is late only if so."""
    if not others:
        return None
    is_late = order.is_late or any(text.type in SAID_TO_BE_LATE for text in others)
    is_late = is_late and all(text.type in DELAYS for text in others)
    title = language.say(WHY_LATE if is_late else WHAT_IS_WRONG if action is None else WHAT_ELSE)
    if len(others) == 1:
        return title
    return language.say(WITH_NUMBER, title=title, number=language.number(len(others)))


def _resolution(language: Language, order: OrderFacts, trouble: TroubleFacts) -> str:
    resolution = trouble.resolution or ExceptionResolution.CLEARED
    if trouble.type is ExceptionType.LOST and resolution is ExceptionResolution.CLEARED:
        return language.say(FOUND)
    shipment = shipment_of(order, trouble)
    title = trouble_title(language, trouble, None if shipment is None else shipment.carrier)
    words = RESOLUTIONS.get(resolution, SOLVED)
    has_turned = shipment is not None and shipment.status in GOING_BACK
    if words is SOLVED and has_turned and trouble.type in RETURN_REASONS:
        words = CLOSED
    return language.say(words, trouble=title)
