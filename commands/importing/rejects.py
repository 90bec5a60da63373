"""Rejects: the lines of a file that were not imported, written to a file beside it."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from commands.command_runtime import Failure
from commands.importing.entries import Entry
from commands.importing.formats import Format
from errors import DomainError


class Rejects:
    """The file of rejects. It replaces that of an earlier run, and exists only if it has lines."""

    def __init__(self, path: Path, form: Format) -> None:
        self.path = path
        self._form = form
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with self._failures_reported():
            self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            with self._failures_reported():
                self._file.close()

    def add(self, entry: Entry, refusal: DomainError) -> None:
        """Write all lines of an order, which is imported whole or not at all."""
        reason = self._form.explain(entry, refusal)
        with self._failures_reported():
            if self._file is None:
                self._file = self.path.open("w", encoding="utf-8", newline="")
                self._file.write(self._form.rejects_heading)
            for line in entry.lines:
                self._file.write(self._form.reject(line.number, reason, line.text))

    @contextmanager
    def _failures_reported(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            raise Failure(f"{self.path} cannot be written: {error.strerror}.") from error
