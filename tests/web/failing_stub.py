"""A stub of a function or method that fails."""

from typing import Any, NoReturn


class FailingStub:
    """Raises an error whenever it is called."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def __call__(self, *args: Any, **options: Any) -> NoReturn:
        raise self.error
