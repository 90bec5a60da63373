"""The response budget: how many objects and values one response may hold."""

from collections import Counter
from collections.abc import Mapping, Sequence

from errors import LimitExceeded

MAXIMUM_OBJECTS = 10_000
"""Objects of one kind on one level of a response: a full page of full pages. Each list within a
list multiplies them by up to a hundred, and even a caller without rights can nest lists."""
MAXIMUM_VALUES = 300_000
"""Values of a response: some ten megabytes, which take a second at most."""
VALUE_CHARACTERS = 33
"""Characters of a value, by which longer texts are counted: with MAXIMUM_VALUES, ten megabytes."""
MAXIMUM_SEARCHES = 10
"""Texts that one request searches for: a screen has one, and each may take a second."""
Kind = tuple[str, str]
"""A type and one of its fields: the field's values count together, whatever their aliases."""
Level = Mapping[Kind, int]


def fits(objects: int, values: int = 0) -> bool:
    return objects <= MAXIMUM_OBJECTS and values <= MAXIMUM_VALUES


class ResponseBudget:
    """The budget of one response, shared by its root fields."""

    def __init__(self) -> None:
        self._levels: list[Counter[Kind]] = []
        self._values = self._searches = 0
        self.rendered = 0
        """Values of the schema that were rendered for this response."""

    def take_searches(self, searches: int) -> None:
        """Take the searches of a root field. Raises LimitExceeded."""
        if self._searches + searches > MAXIMUM_SEARCHES:
            raise LimitExceeded(
                f"This request searches for {self._searches + searches} texts or more; at most"
                f" {MAXIMUM_SEARCHES} are searched for. Send the others in requests of their own."
            )
        self._searches += searches

    def take(self, levels: Sequence[Level], values: int) -> None:
        """Take a root field's estimated size. Raises LimitExceeded; then nothing is taken."""
        missing = len(levels) - len(self._levels)
        self._levels += [Counter() for _ in range(missing)]
        pairs = list(zip(self._levels, levels, strict=False))
        sums = (taken[kind] + count for taken, level in pairs for kind, count in level.items())
        most = max(sums, default=0)
        if not fits(most):
            raise LimitExceeded(
                f"A level of this answer may hold {most} objects; at most {MAXIMUM_OBJECTS} are"
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
