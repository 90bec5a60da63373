"""Rejects: the lines of a file that were not imported, each with its number and the reason."""

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from commands.command_runtime import Failure
from commands.importing.entries import Entry
from commands.importing.readers import OrderReader
from errors import DomainError

STDOUT = Path("-")


class Rejects:
    """The file of rejects, or standard output.

    The file replaces that of an earlier run, and exists only if it has lines.
    """

    def __init__(self, path: Path, reader: OrderReader) -> None:
        self.path = path
        self._reader = reader
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        # A device such as /dev/null must stay.
        if self.path != STDOUT and self.path.is_file():
            with self._failures_reported():
                self.path.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            with self._failures_reported():
                self._file.flush() if self.path == STDOUT else self._file.close()

    def add(self, entry: Entry, faults: Sequence[DomainError]) -> str:
        """Write all lines of an order, which is imported whole or not at all.

        Returns the reason that it wrote.
        """
        reason = " ".join(self._reader.explain(entry, fault) for fault in faults)
        with self._failures_reported():
            if self._file is None:
                self._file = sys.stdout.buffer if self.path == STDOUT else self.path.open("wb")
                self._file.write(self._reader.rejects_heading.encode())
            for line in entry.lines:
                text = self._reader.reject(line.number, reason, line.text)
                self._file.write(text.encode(errors="backslashreplace"))
        return reason

    @contextmanager
    def _failures_reported(self) -> Generator[None, None, None]:
        try:
            yield
        except OSError as error:
            raise Failure(
                f"{self.path} cannot be written: {error.strerror}; say --rejects PATH."
            ) from error
