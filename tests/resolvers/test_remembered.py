"""What was made once is remembered, up to a number of things."""

from resolvers.plans.remembered import Remembered


def test_what_was_added_is_there():
    remembered: Remembered[str, object] = Remembered(2)
    thing = object()

    assert remembered.get("a") is None
    assert remembered.add("a", thing) is thing
    assert remembered.get("a") is thing


def test_the_least_recently_wanted_is_forgotten_first():
    remembered: Remembered[str, int] = Remembered(3)
    for number, key in enumerate("abc"):
        remembered.add(key, number)
    assert remembered.get("a") == 0

    remembered.add("d", 3)
    assert [remembered.get(key) for key in "abcd"] == [0, None, 2, 3]

    remembered.add("e", 4)
    remembered.add("f", 5)
    assert [remembered.get(key) for key in "abcdef"] == [None, None, None, 3, 4, 5]


def test_what_is_made_anew_takes_the_place_of_what_was():
    remembered: Remembered[str, int] = Remembered(2)
    remembered.add("a", 1)
    remembered.add("b", 2)

    remembered.add("a", 3)

    assert [remembered.get(key) for key in "ab"] == [3, 2]
