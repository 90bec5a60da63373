"""The value of an amendment's field that leaves the field as it is."""

from enum import Enum
from typing import Final, Literal


class Unchanged(Enum):
    """The type of UNCHANGED, which no caller can send: it stands for a field that is left out.

    Null is a value: it removes what the field had.
    """

    UNCHANGED = "unchanged"


UNCHANGED: Final[Literal[Unchanged.UNCHANGED]] = Unchanged.UNCHANGED
