"""The enum of directions in which lists are ordered."""

from enum import StrEnum

from schema.enums.registration import describe


class SortDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


describe(
    SortDirection,
    "The direction of an ordering. Missing values come last in both directions.",
    ASC="The smallest or oldest value comes first.",
    DESC="The largest or newest value comes first.",
)
