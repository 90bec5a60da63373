"""Line totals: the price of all pieces of a line, for files that lack the price of one piece."""

from collections.abc import Sequence
from decimal import Decimal

from commands.importing.csv_table import CsvColumn, values_of
from errors import DomainError
from models.money import minor_digits
from tracking.inputs import OrderDraft


def apply_line_totals(
    draft: OrderDraft,
    column: CsvColumn,
    rows: Sequence[Sequence[str]],
    faults: list[DomainError],
) -> None:
    """Give the items their prices, as far as a line's total has whole prices of one piece.

    If one has not, the order's total is the sum of the lines' totals.
    """
    totals: list[Decimal | None] = []
    for place, (item, cells) in enumerate(zip(draft.items, rows, strict=True)):
        line_total = values_of([column], cells, faults, "items", str(place)).get(column.attribute)
        totals.append(line_total)
        if line_total is not None and item.unit_price is None and item.quantity > 0:
            item.unit_price = _exact_share(line_total, item.quantity, draft.currency)
    if draft.total is None and any(item.unit_price is None for item in draft.items):
        known = [total for total in totals if total is not None]
        draft.total = sum(known, Decimal()) if len(known) == len(totals) else None


def _exact_share(total: Decimal, quantity: int, currency: str) -> Decimal | None:
    """Return the price of one piece, None if the currency has no such amount."""
    digits = minor_digits(currency.strip().upper())
    if digits is None:
        return None
    share = (total / quantity).quantize(Decimal(1).scaleb(-digits))
    return share if share * quantity == total else None
