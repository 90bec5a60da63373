"""The selection of a query as the SQL compiler takes it: plain data without GraphQL syntax."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from access.viewer import Viewer
from engine.sql.response_budget import ResponseBudget
from errors import DomainError
from runtime.client_turns import Turns

Arguments = Mapping[str, Any]
"""A field's arguments by the names of the resolver's parameters."""
Variables = Any
"""The coerced variables of a request; opaque here, `Field.arguments` is called with them."""


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """A selected field. Fields are compared by identity.

    `arguments` returns the field's arguments for a request's variables, or raises DomainError; it
    is None for a field without arguments. `selections` holds the selected fields of each object
    type that the value may have; it is empty for a leaf.
    """

    key: str
    """The response key: the field's alias, or its name."""
    name: str
    """The field's name in the schema."""
    parent: str
    """The name of the object type that has the field."""
    is_required: bool = False
    """Whether the field's type is non-null."""
    is_list: bool = False
    are_items_required: bool = False
    arguments: Callable[[Variables], Arguments] | None = None
    has_variables: bool = False
    selections: Mapping[str, tuple["Field", ...]] = field(default_factory=dict)
    refusal: DomainError | None = None
    """Set if the viewer may not read the field: the error to report."""
    nodes: Any = None
    """The field's nodes in the document, for the locations of errors."""

    @property
    def fields(self) -> tuple["Field", ...]:
        """The selected fields of a value that can be of one type only."""
        (fields,) = self.selections.values()
        return fields

    def selected(self, name: str) -> list["Field"]:
        """Return all selections of the schema field `name`, whatever their aliases."""
        return [field for field in self.fields if field.name == name]


class Reader(NamedTuple):
    """Who reads, and at what moment (UTC)."""

    viewer: Viewer
    now: datetime
    budget: ResponseBudget | None = None
    """The budget that the request's root fields share; None for a single root field."""
    turns: Turns | None = None
    """The client's turns, of which each statement takes one; None if statements need none."""

    def parameter(self, name: str) -> Any:
        """Return the value of a parameter that belongs to no field."""
        own = {"now": self.now, "linked_order": self.viewer.order_id, "bound": self.viewer.bound}
        return own[name]
