"""Differences between the lines of an order here and in the shop."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.node_ids import NodeType, node_id
from models.orders import OrderItem
from models.sources import ShopOrder
from sources.readings import ReadOrder
from tracking.inputs import PiecesDraft


@dataclass(frozen=True, slots=True)
class LineDifferences:
    """`cancelled` are pieces that the shop wants no more and that have not shipped; `added` says
    which lines and pieces it has added, which no command takes."""

    cancelled: list[PiecesDraft] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def matched_lines(items: Sequence[OrderItem], reading: ReadOrder) -> list[str | None]:
    """Return the shop's id of each of our lines: of its line with the same article, each once."""
    left = dict(zip(reading.lines, reading.draft.items, strict=True))
    matched: list[str | None] = []
    for item in items:
        line = next((line for line, draft in left.items() if draft.sku == item.sku), None)
        matched.append(None if line is None else line.id)
        if line is not None:
            del left[line]
    return matched


def compare_lines(
    items: Sequence[OrderItem], row: ShopOrder, reading: ReadOrder
) -> LineDifferences:
    """Compare our lines with those of the shop.

    Pieces that have shipped are not counted as taken out: the shop takes them out when they come
    back. Pieces that were cancelled here are not counted as added: the shop may not know of it.
    """
    differences = LineDifferences()
    wanted = {line.id: line.wanted for line in reading.lines}
    for item, line_id in zip(items, row.lines, strict=True):
        if line_id is None:
            continue
        present = item.quantity - item.cancelled_quantity
        count = wanted.pop(line_id, 0)
        surplus = min(present - count, present - item.shipped_quantity)
        raised = count - row.wanted.get(line_id, item.quantity)
        if surplus > 0:
            id_ = node_id(NodeType.ITEM, item.id)
            differences.cancelled.append(PiecesDraft(item_id=id_, quantity=surplus))
        if raised > 0:
            differences.added.append(
                f"The shop raised line {item.line} by {raised}; an order takes no more pieces"
                " here. Create another order for them."
            )
    added = [line_id for line_id, count in wanted.items() if count > 0]
    if added:
        differences.added.append(
            f"The shop added {len(added)} lines to the order; an order takes no more lines here."
            " Create another order for them."
        )
    return differences
