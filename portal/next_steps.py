"""Next steps: what the first card says of a place to collect at, and its buttons."""

from dataclasses import dataclass

from language.facts import OrderFacts
from language.headline_parts import Headline, HeadlineKind
from language.journey_headlines import pickup_place
from language.messages import message
from language.progress import ready_shipments
from portal.cards import ActionCard, carrier_links, help_links
from portal.layout import PageLink
from portal.view_context import ViewContext

UNLOCK_FOR_PLACE = message(
    "With your postal code, this page also shows the pick-up point, if we know it."
)


@dataclass(frozen=True, slots=True)
class NextSteps:
    """The address of a pick-up point below its name, or a sentence that leads to it, and links."""

    address: str | None = None
    unlock_hint: str | None = None
    links: tuple[PageLink, ...] = ()


def view_next_steps(
    order: OrderFacts, said: Headline, action: ActionCard | None, context: ViewContext
) -> NextSteps:
    """Return what belongs to a headline; a link that the card above it has is not repeated."""
    steps = NextSteps()
    if said.estimate is not None and said.estimate.is_unexplained:
        steps = NextSteps(links=tuple(help_links(context)))
    if said.kind is HeadlineKind.READY_TO_COLLECT:
        steps = _pickup(order, context)
    above = () if action is None else action.links
    return NextSteps(
        steps.address, steps.unlock_hint, tuple(link for link in steps.links if link not in above)
    )


def _pickup(order: OrderFacts, context: ViewContext) -> NextSteps:
    ready = ready_shipments(order)
    links = tuple(carrier_links(order, ready, context))
    if not context.is_personal:
        return NextSteps(unlock_hint=context.language.say(UNLOCK_FOR_PLACE), links=links)
    place = pickup_place(ready[0])
    if place.name is None or place.postal_code is None:
        return NextSteps(links=links)
    return NextSteps(" ".join(filter(None, (place.postal_code, place.city))), links=links)
