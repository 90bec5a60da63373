"""Texts of JSON in SQL: the choice among several by a row's kind, and constants."""

from collections.abc import Mapping

from engine.sql.json_dialects import literal
from engine.sql.rows import Row


def by_kind(texts: Mapping[tuple[str, ...], str], row: Row) -> str:
    """Write a CASE that picks a text by the row's kind; each text has the kinds that it is for."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    cases = [
        f"WHEN {row['kind']} IN ({', '.join(literal(kind) for kind in kinds)}) THEN {text}"
        for kinds, text in texts.items()
    ]
    return f"CASE {' '.join(cases)} END"


def is_constant(expression: str) -> bool:
    """Return whether the expression is one SQL literal."""
    return (
        expression.startswith("'")
        and expression.endswith("'")
        and "'" not in expression[1:-1].replace("''", "")
    )
