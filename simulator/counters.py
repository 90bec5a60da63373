"""Counters of what was sent and how the server answered."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Counters:
    """Counts of one run. `examples` has the first message of each error code."""

    events: int = 0
    commands: int = 0
    orders_placed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def add_error(self, code: str, message: str) -> None:
        """Count one refusal."""
        self.errors[code] += 1
        self.examples.setdefault(code, message)

    def add_user_errors(self, user_errors: list[dict[str, Any]]) -> None:
        """Count the userErrors of one payload."""
        for error in user_errors:
            self.add_error(error["code"], error["message"])

    def summary(self) -> str:
        """Return the counts as one line."""
        outcomes = ", ".join(f"{name.lower()} {count}" for name, count in self.outcomes.items())
        line = f"{self.events} events sent ({outcomes or 'none'}), {self.commands} commands, "
        line += f"{self.orders_placed} orders placed, {self.errors.total()} userErrors"
        if not self.errors:
            return line
        kinds = (f"{code} {count}: {self.examples[code]}" for code, count in self.errors.items())
        return f"{line} ({'; '.join(kinds)})"
