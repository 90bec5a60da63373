"""The cache of plans keeps the most recently used entries, up to its size."""

from resolvers.plans.remembered import Remembered


def test_an_added_value_is_found():
    remembered: Remembered[str, object] = Remembered(2)
    value = object()

    assert remembered.get("a") is None
    assert remembered.add("a", value) is value
    assert remembered.get("a") is value


def test_the_least_recently_used_value_is_evicted_first():
    remembered: Remembered[str, int] = Remembered(3)
    for number, key in enumerate("abc"):
        remembered.add(key, number)
    assert remembered.get("a") == 0

    remembered.add("d", 3)
    assert [remembered.get(key) for key in "abcd"] == [0, None, 2, 3]

    remembered.add("e", 4)
    remembered.add("f", 5)
    assert [remembered.get(key) for key in "abcdef"] == [None, None, None, 3, 4, 5]


def test_adding_a_key_again_replaces_its_value():
    remembered: Remembered[str, int] = Remembered(2)
    remembered.add("a", 1)
    remembered.add("b", 2)

    remembered.add("a", 3)

    assert [remembered.get(key) for key in "ab"] == [3, 2]
