"""The documents of the pages ask for nothing that no page shows."""

from pathlib import Path

from graphql import FieldNode, Visitor, parse, visit

from portal.documents import ORDER_PAGE, read_documents

PORTAL = Path(__file__).parents[2] / "portal"


class FieldNames(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.found.add(node.name.value)


def test_every_field_of_the_page_of_an_order_is_read() -> None:
    fields, code = FieldNames(), "".join(file.read_text() for file in PORTAL.glob("*.py"))
    visit(parse(read_documents()[ORDER_PAGE]), fields)

    assert [name for name in sorted(fields.found) if f'"{name}"' not in code] == []
