"""Used variables: those that stand somewhere in a part of a document."""

from graphql import Node, VariableNode, Visitor, visit


class _Uses(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.names.add(node.name.value)


def used_variables(*nodes: Node) -> set[str]:
    uses = _Uses()
    for node in nodes:
        visit(node, uses)
    return uses.names
