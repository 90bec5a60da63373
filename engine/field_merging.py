"""The validation rule that fields with one response key can be merged, within a budget."""

from typing import Any

from graphql import OverlappingFieldsCanBeMergedRule, ValidationContext
from graphql.validation.validate import ValidationAbortedError

from errors import TopLevelCode

MAXIMUM_COMPARISONS = 10_000
"""Steps of comparing fields and fragments with each other, as graphql-core counts them: some 20 ms.
They grow by the square of what has one response key on one level, and by a further power with each
level below. A screen of forty fragments takes some thousands."""


class BoundedFieldMerging(OverlappingFieldsCanBeMergedRule):
    """Compares fields as the library's rule does, which counts its own steps, but not as long."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MAXIMUM_COMPARISONS

    def enter_selection_set(self, *arguments: Any) -> None:
        """Compare what a selection set selects. Raises TooManyComparisons."""
        try:
            super().enter_selection_set(*arguments)
        except ValidationAbortedError:
            # The library also raises it for the last error that it reports.
            if self.rule_context.remaining_complexity_budget >= 0:
                raise
            raise TooManyComparisons from None


class TooManyComparisons(ValidationAbortedError):
    """The budget does not suffice; validation ends with this error."""

    def __init__(self) -> None:
        super().__init__(
            "It selects the same names too often beside each other. Select each field once, and"
            " spread fewer fragments beside each other.",
            extensions={"code": TopLevelCode.LIMIT_EXCEEDED},
        )
