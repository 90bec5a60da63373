"""Languages: which one a reader gets, and how it writes days, times, numbers and names."""

from datetime import date, time
from decimal import Decimal

import pytest

from language.catalog import CODES, Catalogs, open_catalogs
from language.events import event_label
from language.facts import PlaceFacts
from language.locales import Language
from language.messages import context_message, plural_message
from models.enums import TrackingEventType
from tests.language.order_facts import build_event

TODAY = date(2026, 11, 30)
DASH = "\N{THIN SPACE}\N{EN DASH}\N{THIN SPACE}"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("pt", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("PT-br", "pt_BR"),
        ("ar-EG", "ar"),
        ("sv, fr;q=0.3, nl;q=0.7", "nl"),
        ("fr;q=0, it", "it"),
        ("fr;q=2, it", "fr"),
        ("fr;q=x, it", "it"),
        ("*", "en"),
        ("", "en"),
        ("tlh", "en"),
        ("de_DE", "de"),
        ("\x00;;q=,,de", "de"),
        ("en-XA, fr", "en"),
        ("ar-XB", "ar"),
    ],
)
def test_a_browser_gets_the_language_that_it_wants_most(
    catalogs: Catalogs, header: str, code: str
) -> None:
    assert catalogs.negotiate(accept_language=header).code == code


def test_the_address_comes_before_the_customer_and_the_customer_before_the_browser(
    catalogs: Catalogs,
) -> None:
    def chosen(asked: str | None, customer_locale: str) -> str:
        return catalogs.negotiate(
            asked=asked, customer_locale=customer_locale, accept_language="it"
        ).code

    assert chosen("fr", "es-MX") == "fr"
    assert chosen("xx", "es-MX") == "es"
    assert chosen(None, "xx") == "it"


def test_a_brand_offers_its_languages_and_the_first_of_them_to_all_others(
    catalogs: Catalogs,
) -> None:
    offered = ("nl", "de")

    assert catalogs.negotiate(accept_language="de", offered=offered).code == "de"
    assert catalogs.negotiate(accept_language="fr", offered=offered).code == "nl"
    assert catalogs.negotiate(asked="fr", offered=offered).code == "nl"
    assert catalogs.negotiate(accept_language="fr", offered=("xx",)).code == "fr"
    assert catalogs.negotiate(offered=("xx",)).code == "en"


def test_pseudo_locales_come_only_when_they_are_asked_for(catalogs: Catalogs) -> None:
    assert catalogs.codes == CODES
    assert catalogs.negotiate(asked="en-XA").code == "en_XA"
    assert catalogs.negotiate(asked="ar-XB").direction == "rtl"
    assert catalogs.negotiate(customer_locale="en-XA").code == "en"
    assert open_catalogs().negotiate(asked="en-XA").code == "en"


def test_each_language_knows_its_tag_its_direction_and_its_own_name(catalogs: Catalogs) -> None:
    known = [catalogs.language(code) for code in catalogs.codes]

    assert [(each.tag, each.direction, each.own_name) for each in known] == [
        ("en", "ltr", "English"),
        ("de", "ltr", "Deutsch"),
        ("fr", "ltr", "Français"),
        ("es", "ltr", "Español"),
        ("it", "ltr", "Italiano"),
        ("nl", "ltr", "Nederlands"),
        ("pl", "ltr", "Polski"),
        ("pt-BR", "ltr", "Português (Brasil)"),
        ("ar", "rtl", "العربية"),
    ]


@pytest.mark.parametrize(
    ("code", "day", "short_day", "days", "clock"),
    [
        ("en", "Tuesday 1 December", "Tue 1 Dec", f"Tue 1 Dec{DASH}Thu 3 Dec", "14:05"),
        ("de", "Dienstag, 1. Dezember", "Di., 1. Dez.", f"Di., 1.{DASH}Do., 3. Dez.", "14:05"),
        ("es", "martes, 1 de diciembre", "mar, 1 dic", f"mar, 1 dic{DASH}jue, 3 dic", "14:05"),
        ("pt_BR", "terça-feira, 1 de dezembro", "ter., 1 de dez.", None, "14:05"),
        ("pl", "wtorek, 1 grudnia", "wt., 1 gru", None, "14:05"),
        ("fr", "mardi 1er décembre", "mar. 1er déc.", f"mar. 1er{DASH}jeu. 3 déc.", "14:05"),
    ],
)
def test_days_and_times_are_written_as_the_language_writes_them(
    catalogs: Catalogs, code: str, day: str, short_day: str, days: str | None, clock: str
) -> None:
    language = catalogs.language(code)
    first = date(2026, 12, 1)

    assert language.day(first, TODAY) == day
    assert language.short_day(first, TODAY) == short_day
    assert days is None or language.days(first, date(2026, 12, 3), TODAY) == days
    assert language.time(time(14, 5)) == clock


def test_only_the_first_of_a_month_is_an_ordinal_number_in_french(catalogs: Catalogs) -> None:
    french = catalogs.language("fr")

    assert french.day(date(2026, 12, 11), TODAY) == "vendredi 11 décembre"
    assert french.day(date(2027, 11, 1), TODAY) == "lundi 1er novembre 2027"
    new_year = french.days(date(2026, 12, 31), date(2027, 1, 1), TODAY)
    assert new_year == f"jeu. 31 déc.{DASH}ven. 1er janv."


def test_a_day_far_away_is_told_with_its_year(catalogs: Catalogs) -> None:
    english, far = catalogs.language("en"), date(2025, 12, 1)

    assert english.day(far, TODAY) == "Monday, 1 December 2025"
    assert english.short_day(far, TODAY) == "Mon, 1 Dec 2025"


def test_numbers_lists_money_and_countries_are_those_of_the_language(catalogs: Catalogs) -> None:
    german = catalogs.language("de")

    assert german.number(12345.5) == "12.345,5"
    assert german.list(["Brot", "Milch", "Eier"]) == "Brot, Milch und Eier"
    assert german.money(Decimal("1234.5"), "EUR") == "1.234,50\N{NO-BREAK SPACE}€"
    assert (german.country("br"), german.country("ZZZ")) == ("Brasilien", "ZZZ")


@pytest.mark.parametrize(
    ("city", "label"),
    [
        ("Leip\u202ezig\n\x00", "Reached Leip zig"),
        ("100 %(carrier)s", "Reached 100 %(carrier)s"),
        ("<b>{{7*7}}", "Reached <b>{{7*7}}"),
        ("x" * 10_000, "Reached " + "x" * 79 + "…"),
        ("\u200f", "Reached a depot"),
    ],
)
def test_values_of_others_cannot_break_the_sentence_around_them(
    english: Language, city: str, label: str
) -> None:
    event = build_event(TrackingEventType.ARRIVED_FACILITY, location=PlaceFacts(city=city))

    assert event_label(english, event, "ups") == label


def test_pseudo_locales_keep_placeholders_and_are_longer(catalogs: Catalogs) -> None:
    accented, mirrored = catalogs.language("en_XA"), catalogs.language("ar_XB")
    text = context_message("event", "Left %(city)s")

    assert accented.say(text, city="Recife") == "[Léfţ Recife one]"
    assert mirrored.say(text, city="Recife") == "\u202eLeft\u202c Recife"
    assert accented.count(plural_message("%(number)s scan", "%(number)s scans"), 2).startswith(
        "[2 "
    )
