"""Money: exact decimals, which SQL makes of whole minor units."""

from collections.abc import Callable, Iterable
from itertools import groupby

from iso4217 import Currency

from engine.sql.field_sources import EmbeddedObject, SqlExpression
from engine.sql.json_dialects import literal, quoted
from engine.sql.rows import Row
from engine.sql.statement_builder import StatementBuilder
from models.money import minor_digits

USUAL_DIGITS = 2


def _currencies_by_digits() -> dict[int, list[str]]:
    """Return the currencies with an unusual number of decimals, by that number."""
    digits = {str(currency.code): minor_digits(str(currency.code)) or 0 for currency in Currency}
    unusual = sorted((count, code) for code, count in digits.items() if count != USUAL_DIGITS)
    return {
        count: [code for _, code in codes]
        for count, codes in groupby(unusual, key=lambda pair: pair[0])
    }


UNUSUAL = _currencies_by_digits()


def money(minor: str, currency: Callable[[Row], str]) -> EmbeddedObject:
    """Return the source of an amount that is stored in minor units; null where it is missing."""

    def amount(builder: StatementBuilder, row: Row) -> str:
        return quoted(f"({_decimal(row[minor], currency(row))})")

    def code(builder: StatementBuilder, row: Row) -> str:
        return quoted(currency(row))

    return EmbeddedObject(
        {"amount": SqlExpression(amount), "currency": SqlExpression(code)}, null_with=minor
    )


def _decimal(minor: str, currency: str) -> str:
    cases = " ".join(
        f"WHEN {currency} IN ({_listed(codes)}) THEN {_divided(minor, digits)}"
        for digits, codes in UNUSUAL.items()
    )
    return f"CASE {cases} ELSE {_divided(minor, USUAL_DIGITS)} END"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(literal(code) for code in codes)


def _divided(minor: str, digits: int) -> str:
    """Return the SQL that writes a non-negative number of minor units as a decimal."""
    if digits == 0:
        return f"CAST({minor} AS TEXT)"
    unit = 10**digits
    decimals = f"substr(CAST({unit} + {minor} % {unit} AS TEXT), 2)"
    return f"CAST({minor} / {unit} AS TEXT) || '.' || {decimals}"
