"""The line that shows how a demo's orders move."""

from collections.abc import Iterator
from io import StringIO

from commands.local_server import NoAnswer
from commands.movement import Movement


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Stands still until it is set forward."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def shown(stream: StringIO, positions: Iterator[int], every: float, times: int) -> str:
    """Return what is printed after so many looks, each so many seconds after the last."""
    clock = Clock()
    movement = Movement(lambda: next(positions), stream, clock)
    for _ in range(times):
        movement.show()
        clock.seconds += every
    movement.end()
    return stream.getvalue()


def test_a_terminal_shows_one_line_that_is_written_again_each_second() -> None:
    said = shown(Terminal(), iter([6000, 6050, 6100]), 0.5, 5)

    assert said == (
        "\r6,000 changes so far\x1b[K"
        "\r6,050 changes so far, 50.0 a second\x1b[K"
        "\r6,100 changes so far, 50.0 a second\x1b[K\n"
    )


def test_a_file_gets_a_plain_line_every_half_minute() -> None:
    said = shown(StringIO(), iter([6000, 6300]), 10.0, 5)

    assert said == "6,000 changes so far\n6,300 changes so far, 10.0 a second\n"


def test_the_rate_is_that_of_the_last_ten_seconds() -> None:
    still = [500] * 12

    said = shown(Terminal(), iter([0, *still]), 1.0, 13)

    *_, last = said.split("\r")
    assert last == "500 changes so far, 0.0 a second\x1b[K\n"


def test_a_server_that_does_not_answer_leaves_the_line_as_it_is() -> None:
    def refuse() -> int:
        raise NoAnswer("busy")

    stream = Terminal()
    movement = Movement(refuse, stream)

    movement.show()
    movement.end()

    assert stream.getvalue() == ""
