"""How lists are ordered."""

from enum import StrEnum

from schema.enums.describing import describe


class SortDirection(StrEnum):
    ASC = "ASC"
    DESC = "DESC"


describe(
    SortDirection,
    "Which end of a list comes first. A missing value comes last in either.",
    ASC="Smallest, oldest first.",
    DESC="Largest, newest first.",
)
