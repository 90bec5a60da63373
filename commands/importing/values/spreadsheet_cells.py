"""Spreadsheet cells: what a spreadsheet puts around a value to guard it, and what it spoils.

A spreadsheet computes with what it opens. It saves a formula that fails as an error value, and a
long number rounded, such as 2.0011E+14, so that the numbers of different orders become one.
"""

import re

from commands.importing.values.quotation import quoted
from errors import Invalid

GUARDS = "='#"
"""The first characters of all cells that `unguarded` changes or refuses."""
LAST_DIGIT = "9"
"""A rounded number begins with a sign or a digit, and none of these sorts after this one."""
_ERRORS = """
#BLOCKED! #BUSY! #CALC! #CONNECT! #DIV/0! #ERROR! #EXTERNAL! #FIELD! #GETTING_DATA #N/A #NAME?
#NULL! #NUM! #PYTHON! #REF! #SPILL! #UNKNOWN! #VALUE!
#BEZUG! #BLANK! #FELT! #GETAL! #LEEG! #NAAM? #NAMN? #NAVN? #NOM? #NOMBRE! #NOME? #NUL! #NULO! #NV
#N/B #N/D #REFERENCE! #REFERENS! #RIF! #SAKNAS! #VALEUR! #VALOR! #VALORE! #VERW! #VÆRDI!
#VÄRDEFEL! #WAARDE! #WERT! #ZAHL! #ÜBERLAUF! #¡DIV/0! #¡NULO! #¡NUM! #¡REF! #¡VALOR! #¿NOMBRE?
"""
ERROR_VALUES = frozenset(_ERRORS.split())
"""Error values in English, Danish, Dutch, French, German, Italian, Portuguese, Spanish, Swedish."""
_TOO_NARROW = re.compile("#{3,}")
_FORMULA_OF_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_APOSTROPHE = re.compile(r"'(?=[=+@-]|[0-9]\S*$|[0-9][0-9 .,:/+()-]*$)")
"""An apostrophe before what a spreadsheet would compute or shorten; 's-Hertogenbosch keeps its."""
_ROUNDED = re.compile(r"[+-]?[0-9]([.,][0-9]+)?[Ee][+-][0-9]{2,3}")


def unguarded(text: str) -> str:
    """Return the value of a cell without what guards it. Raises Invalid for an error value."""
    mark = text[0]
    if mark == "=":
        formula = _FORMULA_OF_TEXT.fullmatch(text)
        return text if formula is None else formula[1].replace('""', '"').strip()
    if mark == "'":
        return _APOSTROPHE.sub("", text, count=1)
    if mark == "#" and (text.upper() in ERROR_VALUES or _TOO_NARROW.fullmatch(text)):
        raise Invalid(
            f"{quoted(text)} is an error of the spreadsheet: its value was not saved. Mend the cell"
            " and save the file again."
        )
    return text


def refuse_rounded(text: str) -> None:
    """Raise Invalid for a number that a spreadsheet has rounded."""
    if _ROUNDED.fullmatch(text):
        raise Invalid(
            f"{quoted(text)} is a number that a spreadsheet has rounded: its last digits are gone."
            " Export it again, and open the file with this column as text."
        )
