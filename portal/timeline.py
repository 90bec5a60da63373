"""The timeline of a parcel as its page shows it: the latest updates, and the others folded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from language.carriers import CarrierMessage
from language.events import TimelineDay, timeline
from language.facts import OrderFacts, ShipmentFacts
from language.headline_messages import NOT_READY
from language.messages import message, plural_message
from models.enums import DeliveryMethod
from portal.view_context import ViewContext

SHOWN_ENTRIES = 3
"""Entries above the fold: what is new, and what came right before it."""
EARLIER = plural_message("Show %(number)s earlier update", "Show %(number)s earlier updates")
NOT_PACKED = message("We're still packing it.")
NOT_SENT = message("It's packed and waits for its carrier.")
OLDER_LEFT_OUT = message("Older updates are not shown here.")
NO_SCAN_YET = CarrierMessage(
    message("%(carrier)s doesn't have it yet. The first scan usually comes within a day."),
    message("It hasn't been picked up yet. The first scan usually comes within a day."),
)


@dataclass(frozen=True, slots=True)
class ParcelTimeline:
    """All days, and where a page folds them: the latest, and the others. Without any, `empty` says
    why."""

    days: tuple[TimelineDay, ...]
    latest: tuple[TimelineDay, ...]
    earlier: tuple[TimelineDay, ...]
    earlier_label: str
    empty: str

    @property
    def newest_id(self) -> str | None:
        """The id of the newest entry, which is marked."""
        return self.latest[0].entries[0].id if self.latest else None


def view_timeline(
    order: OrderFacts, shipment: ShipmentFacts, context: ViewContext
) -> ParcelTimeline:
    days = timeline(context.language, order, shipment, context.now)
    latest, earlier = _split(days)
    hidden = sum(len(day.entries) for day in earlier)
    label = context.language.count(EARLIER, hidden)
    return ParcelTimeline(tuple(days), latest, earlier, label, _empty(order, shipment, context))


def _split(
    days: Sequence[TimelineDay],
) -> tuple[tuple[TimelineDay, ...], tuple[TimelineDay, ...]]:
    """Return the days of the latest entries, and those of the others."""
    latest, earlier, left = [], [], SHOWN_ENTRIES
    for day in days:
        if shown := day.entries[:left]:
            latest.append(replace(day, entries=shown))
        if hidden := day.entries[left:]:
            earlier.append(replace(day, entries=hidden))
        left -= len(shown)
    return tuple(latest), tuple(earlier)


def _empty(order: OrderFacts, shipment: ShipmentFacts, context: ViewContext) -> str:
    language = context.language
    if order.has_older_events:
        return language.say(OLDER_LEFT_OUT)
    if shipment.carrier is not None:
        return NO_SCAN_YET.said_in(language, shipment.carrier)
    if shipment.packed_at is None:
        return language.say(NOT_PACKED)
    if order.delivery_method is DeliveryMethod.PICKUP:
        return NOT_READY.said_in(language, shipment.carrier)
    return language.say(NOT_SENT)
