"""Messages: the English sentences of the product, marked where they stand for the translators.

A message is its English text. Whoever extracts the catalogs finds each call of `message`,
`context_message` and `plural_message`; a `Language` translates them when they are said.
"""

from typing import NamedTuple


class Message(NamedTuple):
    """A sentence with named placeholders, such as %(carrier)s.

    `context` tells messages of the same text apart.
    """

    text: str
    context: str | None = None


class PluralMessage(NamedTuple):
    """A sentence for one and for more, which depends on a number."""

    singular: str
    plural: str


def message(text: str) -> Message:
    """Mark a sentence for translation."""
    return Message(text)


def context_message(context: str, text: str) -> Message:
    """Mark a text that is short or ambiguous; `context` says to translators where it stands."""
    return Message(text, context)


def plural_message(singular: str, plural: str) -> PluralMessage:
    """Mark a sentence for one, and the same for more than one."""
    return PluralMessage(singular, plural)
