"""The ids that an operation's root fields look up, by the names of the arguments that take them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    FieldNode,
    IntValueNode,
    ListValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)

from engine.argument_sizes import DefaultValues


class LookedUpIds:
    """The ids of one operation: those in its document, and those that its variables give."""

    def __init__(self, defaults: DefaultValues, names: Sequence[str]) -> None:
        self._defaults, self._names = defaults, names
        self._fixed: list[str] = []
        self._variables: dict[str, tuple[str, ...]] = {}

    def add(self, node: FieldNode) -> None:
        """Add what a root field looks up."""
        for argument in node.arguments or ():
            if argument.name.value in self._names:
                self._add_value(argument.value)

    def values(self, variables: Mapping[str, Any]) -> Iterator[str]:
        """Yield the ids as they were written, for a request's variables."""
        yield from self._fixed
        for name, default in self._variables.items():
            given = variables.get(name)
            if given is None:
                yield from default
            for one in given if isinstance(given, list) else [given]:
                if isinstance(one, str | int):
                    yield str(one)
                elif isinstance(one, float) and one.is_integer():
                    yield str(int(one))

    def _add_value(self, value: ValueNode) -> None:
        if isinstance(value, ListValueNode):
            for member in value.values:
                self._add_value(member)
        elif isinstance(value, VariableNode):
            default = self._defaults.get(value.name.value)
            self._variables[value.name.value] = tuple(_literals(default))
        else:
            self._fixed += _literals(value)


def _literals(value: ValueNode | None) -> Iterator[str]:
    members = value.values if isinstance(value, ListValueNode) else [value]
    for member in members:
        if isinstance(member, StringValueNode | IntValueNode):
            yield member.value
