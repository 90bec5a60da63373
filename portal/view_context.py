"""The context of a page: in which language, for which brand and at what time something is said."""

from dataclasses import dataclass, field
from datetime import date, datetime

from language.facts import PlaceFacts
from language.locales import Language
from language.zones import PlaceClock, clock_of
from web.pages.brand import Brand


@dataclass(frozen=True, slots=True)
class ViewContext:
    """The values that all words of a page share. `now` is an aware datetime in UTC.

    Days and hours are those of the destination.
    """

    language: Language
    brand: Brand
    now: datetime
    destination: PlaceFacts
    is_personal: bool
    clock: PlaceClock = field(init=False)
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clock", clock_of(self.destination))
        object.__setattr__(self, "today", self.clock.day(self.now))

    @property
    def shows_prices(self) -> bool:
        return self.is_personal and self.brand.show_prices

    @property
    def shows_contents(self) -> bool:
        """Whether the page says what was ordered: a gift's pages may not, but to the customer."""
        return self.is_personal or not self.brand.hide_contents
