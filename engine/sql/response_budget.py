"""Room: how much one answer may hold."""

from collections import Counter
from collections.abc import Mapping, Sequence

from errors import LimitExceeded

MAXIMUM_THINGS = 10_000
"""Of one kind on one level of an answer: a full page of full pages. Lists within lists within lists
grow by a hundred with each level, and whoever holds one tracking id may ask."""
MAXIMUM_VALUES = 300_000
"""Of an answer: some ten megabytes, which take a second at most."""
Kind = tuple[str, str]
"""A field of a type: what it gives under whatever names counts together."""
Level = Mapping[Kind, int]


def fits(things: int, values: int = 0) -> bool:
    return things <= MAXIMUM_THINGS and values <= MAXIMUM_VALUES


class ResponseBudget:
    """Of one answer, whose root fields share it."""

    def __init__(self) -> None:
        self._levels: list[Counter[Kind]] = []
        self._values = 0

    def take(self, levels: Sequence[Level], values: int) -> None:
        """Raises LimitExceeded; then nothing is taken."""
        missing = len(levels) - len(self._levels)
        self._levels += [Counter() for _ in range(missing)]
        pairs = list(zip(self._levels, levels, strict=False))
        sums = (taken[kind] + many for taken, level in pairs for kind, many in level.items())
        most = max(sums, default=0)
        if not fits(most):
            raise LimitExceeded(
                f"A level of this answer may hold {most} things; at most {MAXIMUM_THINGS} are"
                " given. Ask for smaller pages, or for less inside of them."
            )
        if self._values + values > MAXIMUM_VALUES:
            raise LimitExceeded(
                f"This answer may hold {self._values + values} values; at most {MAXIMUM_VALUES}"
                " are given. Ask for smaller pages, or for fewer fields."
            )
        self._values += values
        for taken, level in pairs:
            taken.update(level)
