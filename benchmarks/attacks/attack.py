"""An attack: one request that tries to hold the event loop, and how it is answered."""

from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import Lexer, Source, TokenKind


@dataclass(frozen=True, slots=True)
class Attack:
    """A request, sent with a key of all scopes or without a key."""

    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    has_key: bool = False
    code: str | None = None
    """The code of all errors of the answer; None if it is answered without any."""

    @property
    def body(self) -> bytes:
        return orjson.dumps({"query": self.query, "variables": self.variables})


def repeat(form: str, count: int) -> str:
    """Repeat a text, in which # stands for the number of the repetition."""
    return " ".join(form.replace("#", str(number)) for number in range(count))


def largest_document(form: str, part: str, tokens: int) -> str:
    """Return `form % parts` with as many parts as a document of so many tokens can have."""
    return form % repeat(part, (tokens - _tokens(form % "")) // _tokens(part))


def _tokens(text: str) -> int:
    lexer = Lexer(Source(text.replace("#", "0")))
    count = 0
    while lexer.advance().kind is not TokenKind.EOF:
        count += 1
    return count
