"""What was made once and may be wanted again, up to a number of them."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Thing = TypeVar("Thing")


class LruCache(Generic[Key, Thing]):
    """The least recently wanted is forgotten first."""

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._things: OrderedDict[Key, Thing] = OrderedDict()

    def get(self, key: Key) -> Thing | None:
        thing = self._things.get(key)
        if thing is not None:
            self._things.move_to_end(key)
        return thing

    def add(self, key: Key, thing: Thing) -> Thing:
        self._things[key] = thing
        if len(self._things) > self._maximum:
            self._things.popitem(last=False)
        return thing
