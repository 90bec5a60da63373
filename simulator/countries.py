"""Countries: the currency, language, share of orders and telephone numbers of each."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Country:
    """A country.

    `weight` is its share of orders. `phone` is a pattern (# is a digit) of numbers that its
    regulator keeps free for fiction, so that no generated number can ring.
    """

    currency: str
    locale: str
    weight: int
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency. `rate` is roughly how many of it a dollar buys, and `step` its smallest unit."""

    rate: Decimal
    step: Decimal


CENT, WHOLE = Decimal("0.01"), Decimal("1")

COUNTRIES = {
    "US": Country("USD", "en-US", 300, "+120255501##"),
    "CA": Country("CAD", "en-CA", 55, "+161355501##"),
    "MX": Country("MXN", "es-MX", 20),
    "BR": Country("BRL", "pt-BR", 20),
    "GB": Country("GBP", "en-GB", 110, "+442079460###"),
    "IE": Country("EUR", "en-IE", 20),
    "FR": Country("EUR", "fr-FR", 60, "+331990000##"),
    "DE": Country("EUR", "de-DE", 95, "+493023125###"),
    "NL": Country("EUR", "nl-NL", 40),
    "BE": Country("EUR", "nl-BE", 18),
    "ES": Country("EUR", "es-ES", 32),
    "PT": Country("EUR", "pt-PT", 12),
    "IT": Country("EUR", "it-IT", 30),
    "AT": Country("EUR", "de-AT", 16),
    "CH": Country("CHF", "de-CH", 20),
    "SE": Country("SEK", "sv-SE", 18, "+468465004##"),
    "NO": Country("NOK", "nb-NO", 14),
    "DK": Country("DKK", "da-DK", 13),
    "FI": Country("EUR", "fi-FI", 11),
    "PL": Country("PLN", "pl-PL", 20),
    "CZ": Country("CZK", "cs-CZ", 10),
    "AE": Country("AED", "en-AE", 10),
    "IN": Country("INR", "en-IN", 18),
    "SG": Country("SGD", "en-SG", 12),
    "JP": Country("JPY", "ja-JP", 48),
    "KR": Country("KRW", "ko-KR", 16),
    "AU": Country("AUD", "en-AU", 40, "+61255500###"),
    "NZ": Country("NZD", "en-NZ", 12),
    "ZA": Country("ZAR", "en-ZA", 10),
}

CURRENCIES = {
    "USD": Currency(Decimal("1"), CENT),
    "CAD": Currency(Decimal("1.36"), CENT),
    "MXN": Currency(Decimal("18.2"), CENT),
    "BRL": Currency(Decimal("5.4"), CENT),
    "GBP": Currency(Decimal("0.78"), CENT),
    "EUR": Currency(Decimal("0.92"), CENT),
    "CHF": Currency(Decimal("0.88"), CENT),
    "SEK": Currency(Decimal("10.4"), CENT),
    "NOK": Currency(Decimal("10.7"), CENT),
    "DKK": Currency(Decimal("6.9"), CENT),
    "PLN": Currency(Decimal("3.9"), CENT),
    "CZK": Currency(Decimal("23"), CENT),
    "AED": Currency(Decimal("3.67"), CENT),
    "INR": Currency(Decimal("84"), CENT),
    "SGD": Currency(Decimal("1.34"), CENT),
    "JPY": Currency(Decimal("150"), WHOLE),
    "KRW": Currency(Decimal("1350"), WHOLE),
    "AUD": Currency(Decimal("1.5"), CENT),
    "NZD": Currency(Decimal("1.64"), CENT),
    "ZAR": Currency(Decimal("18.4"), CENT),
}


def in_currency(dollars: Decimal, currency: str) -> Decimal:
    """Convert a price in dollars to `currency`, rounded to its smallest unit."""
    money = CURRENCIES[currency]
    return (dollars * money.rate).quantize(money.step)
