"""The size of generated queries, and the locations in a query where fields are selected."""

from dataclasses import dataclass

from graphql import GraphQLInterfaceType, GraphQLObjectType

from tests.plans.queries.selection_sets import MergedSelectionSet

Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class QueryShape:
    """How large a query grows."""

    row_budget: int
    """The estimated number of objects that lists within lists may have together."""
    most_selections: int = 6
    """How many selections a selection set has at most."""
    most_levels: int = 9
    nested_in_ten: int = 5
    """How many of ten selections have a selection set of their own."""
    filtered_in_ten: int = 4
    """How many of ten lists are filtered."""
    most_nested_fields: int = 25
    """How many fields of the query have a selection set."""


@dataclass(frozen=True)
class Location:
    """Where in the query something is selected."""

    type: Composite
    selection_set: MergedSelectionSet
    depth: int
    row_budget: int
    lists: frozenset[str] = frozenset()

    def is_within_limits_of(self, other: "Location") -> bool:
        """Whether a selection that was generated for the other location fits into this one."""
        return (
            self.depth <= other.depth
            and self.row_budget >= other.row_budget
            and self.lists <= other.lists
        )
