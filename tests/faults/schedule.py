"""The schedule: which faults come when, by a seed, and what came of each."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from random import Random
from time import monotonic

from tests.faults.workload import Crowd
from tests.faults.faults import FAULTS
from tests.faults.impact import Hit
from tests.faults.environment import Stage

UP_TO_DATE_SECONDS = 2.0
"""After a fault has ended, everybody has everything within this."""
HELD_UP_SECONDS = 3.0
"""A process that is stopped in the middle of a write keeps the others from writing no longer: two
seconds until the database ends its transaction, and a little."""
TOGETHER = 0.3
"""How often a second fault comes with the first, if the two touch different things."""
CALM = (0.2, 1.0)
"""Seconds between two faults."""


@dataclass(frozen=True)
class Struck:
    """A fault that was injected."""

    names: tuple[str, ...]
    seconds: float
    hits: tuple[Hit, ...]
    deliveries: int
    """While it lasted."""
    caught_up: float
    """Seconds from its end until everybody had everything."""
    calm: float
    """The same without any fault, just before or just after: what this machine takes for it."""

    @property
    def held_up(self) -> float:
        return max(hit.held_up for hit in self.hits)

    @property
    def has_hit(self) -> bool:
        return all(hit.count for hit in self.hits)

    @property
    def is_late(self) -> bool:
        return (
            self.caught_up > UP_TO_DATE_SECONDS + self.calm
            or self.held_up > HELD_UP_SECONDS + self.calm
        )

    def __str__(self) -> str:
        hits = " + ".join(str(hit.count) for hit in self.hits)
        return (
            f"{' + '.join(self.names):<42} {self.seconds:5.1f} s  hit {hits:>8}"
            f"  delivered {self.deliveries:5}  caught up {self.caught_up:4.2f} s"
            f" (calm {self.calm:4.2f} s)"
            + (f"  held up {self.held_up:4.2f} s" if self.held_up else "")
        )


async def strike(stage: Stage, crowd: Crowd, **seconds: float) -> Struck:
    """These faults at once; each is named with how long it lasts, `_` for a space."""
    calm = await crowd.catch_up()
    began, before = monotonic(), crowd.tally.deliveries
    names = tuple(name.replace("_", " ") for name in seconds)
    striking = [
        FAULTS[name].strike(stage, crowd, lasts)
        for name, lasts in zip(names, seconds.values(), strict=True)
    ]
    hits = await asyncio.gather(*striking)
    lasted, delivered = monotonic() - began, crowd.tally.deliveries - before
    caught_up = await crowd.catch_up()
    calm = max(calm, await crowd.catch_up())
    return Struck(names, lasted, tuple(hits), delivered, caught_up, calm)


async def play(
    stage: Stage, crowd: Crowd, seconds: float, chance: Random, *, longest: float
) -> AsyncGenerator[Struck, None]:
    """Faults by chance, all equally often, none longer than `longest`, until the time is over."""
    until = monotonic() + seconds
    deck: list[str] = []
    while monotonic() < until and not crowd.stuck:
        drawn = _draw(deck, chance)
        yield await strike(
            stage,
            crowd,
            **{
                name.replace(" ", "_"): chance.uniform(
                    FAULTS[name].seconds[0], min(FAULTS[name].seconds[1], longest)
                )
                for name in drawn
            },
        )
        await asyncio.sleep(chance.uniform(*CALM))


def _draw(deck: list[str], chance: Random) -> list[str]:
    """The next fault, and perhaps one that can go with it."""
    if not deck:
        deck += chance.sample(list(FAULTS), len(FAULTS))
    first = deck.pop()
    touched = FAULTS[first].touches
    fitting = [name for name in deck if not FAULTS[name].touches & touched]
    if not fitting or chance.random() >= TOGETHER:
        return [first]
    deck.remove(fitting[-1])
    return [first, fitting[-1]]
