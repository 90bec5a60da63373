"""Journeys: what happens to an order from its confirmation to its end, and how it is reported.

Pure: the same order and seed have the same journey.
"""

from random import Random

from simulator.parcels import ship_parcel
from simulator.scripts import Script
from simulator.steps import Cancel, Confirm, Hold, Journey, OrderedItem, PlacedOrder, Release

HOLD_SHARE = 0.06
SPLIT_SHARE = 0.14
HOLD_REASONS = ("Payment under review", "Address to be checked", "Waiting for stock")
CANCEL_REASONS = ("Customer changed their mind", "Out of stock", "Payment failed", "Ordered twice")


def write_journey(order: PlacedOrder, seed: int) -> Journey:
    """Write the journey of an order in the world of a seed."""
    random = Random(f"{seed}:{order.tracking_id}")
    script = Script(order, random, order.placed_at)
    course = random.choices((_ship, _keep_waiting, _cancel), (92, 3.5, 4.5))[0]
    course(script)
    steps = sorted(script.steps, key=lambda step: step.reported_at)
    return Journey(order, tuple(steps))


def _ship(script: Script) -> None:
    _confirm(script)
    if script.random.random() < HOLD_SHARE:
        script.wait(0.1, 1)
        _hold(script)
        script.wait(1, 22)
        script.act(Release())
    shares = [script.order.items]
    if script.random.random() < SPLIT_SHARE:
        shares = _split(script.order.items)
    for index, items in enumerate(shares):
        ship_parcel(script, index, items)


def _keep_waiting(script: Script) -> None:
    if script.random.random() < 0.5:
        _confirm(script)
        if script.random.random() < 0.4:
            script.wait(0.1, 5)
            _hold(script)


def _cancel(script: Script) -> None:
    if script.random.random() < 0.7:
        _confirm(script)
    script.wait(0.5, 20)
    if script.random.random() < 0.3:
        _hold(script)
        script.wait(1, 30)
    script.act(Cancel(script.random.choice(CANCEL_REASONS)))


def _confirm(script: Script) -> None:
    script.wait(0.02, 0.5 if script.order.delivery_method == "SAME_DAY" else 3)
    script.act(Confirm())


def _hold(script: Script) -> None:
    script.act(Hold(script.random.choice(HOLD_REASONS)))


def _split(items: tuple[OrderedItem, ...]) -> list[tuple[OrderedItem, ...]]:
    """Split items in two: by lines, or a single line by its quantity; one piece stays whole."""
    if len(items) > 1:
        middle = len(items) // 2
        return [items[:middle], items[middle:]]
    line = items[0]
    if line.quantity < 2:
        return [items]
    half = line.quantity // 2
    return [(OrderedItem(line.id, half),), (OrderedItem(line.id, line.quantity - half),)]
