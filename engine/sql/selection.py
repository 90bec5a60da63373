"""What is asked for, as the plans are handed it: plain, and without a word of GraphQL's syntax."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from access.viewer import Viewer
from engine.sql.response_budget import ResponseBudget
from errors import DomainError

Arguments = Mapping[str, Any]
Variables = Any
"""Of a request, as the schema knows them; they are handed to the arguments of each field."""


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """A field that is asked for; two that are the same object are the same.

    `arguments` gives their values for the variables of a request; None where a field takes none.
    `selections` holds what is asked of it, for each type that it may be; nothing for a leaf.
    """

    key: str
    """Its name in the answer."""
    name: str
    """Its name in the schema."""
    parent: str
    """The type that it is a field of."""
    is_required: bool = False
    """Whether null has no place here."""
    is_list: bool = False
    are_items_required: bool = False
    arguments: Callable[[Variables], Arguments] | None = None
    has_variables: bool = False
    selections: Mapping[str, tuple["Field", ...]] = field(default_factory=dict)
    refusal: DomainError | None = None
    """Why this reader may not have it."""
    place: Any = None
    """Where it stands in the document, for whoever shows errors."""

    @property
    def fields(self) -> tuple["Field", ...]:
        """What is asked of it, if it can be of one type only."""
        (fields,) = self.selections.values()
        return fields

    def asked(self, name: str) -> list["Field"]:
        """Those of its fields that have this name, whatever they are called in the answer."""
        return [one for one in self.fields if one.name == name]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when."""

    viewer: Viewer
    now: datetime
    room: ResponseBudget | None = None
    """What is left in the answer; None: nothing else is in it."""
