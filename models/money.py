"""Money: exact decimals at the edge, whole minor units in the tables."""

from decimal import Decimal

import iso4217

from database.bounds import MAXIMUM_MINOR


class NotMoney(ValueError):
    """The amount cannot be an amount of that currency."""


def minor_digits(currency: str) -> int | None:
    """Decimals of a currency by ISO 4217; None if there is no such currency."""
    try:
        return iso4217.Currency(currency).exponent or 0
    except ValueError:
        return None


def to_minor(amount: Decimal, currency: str) -> int:
    """Raises NotMoney if the amount is negative, not finite, too large or too finely divided."""
    if not amount.is_finite() or amount < 0:
        raise NotMoney("must be zero or more")
    most = to_decimal(MAXIMUM_MINOR, currency)
    if amount > most:
        raise NotMoney(f"must be at most {most} {currency}")
    rounded = amount.quantize(to_decimal(1, currency))
    if rounded != amount:
        raise NotMoney(f"has more decimals than {currency} ({_digits(currency)})")
    return int(rounded.scaleb(_digits(currency)))


def to_decimal(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-_digits(currency))


def _digits(currency: str) -> int:
    return minor_digits(currency) or 0
