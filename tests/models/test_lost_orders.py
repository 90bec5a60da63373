"""An order whose pieces are all lost is an EXCEPTION until a person has answered."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.enums import ExceptionSeverity, ExceptionStatus, Health, OrderStatus
from models.exceptions import OrderException
from models.health import awaits_answer_to_loss
from models.shipments import Shipment
from tests.factories.in_memory import build_event, build_exception, hour
from tests.models.event_table import E, S, X
from tests.models.reconciled_orders import ReconciledOrder
from tests.profiles import examples

CLOSED = (ExceptionStatus.RESOLVED, ExceptionStatus.DISMISSED)
NEWS = [E.LOST, E.LOST, E.DISPOSED, E.IN_TRANSIT, E.RETURN_STARTED, E.DELIVERED, E.CANCELLED]


def lost_order(pieces: int = 2) -> tuple[ReconciledOrder, Shipment]:
    """An order of two pieces; so many of them are in a shipment that is lost."""
    reconciled = ReconciledOrder()
    shipment = reconciled.ship(pieces)
    reconciled.record(shipment, build_event(E.PICKED_UP, 90), build_event(E.LOST, 95))
    return reconciled, shipment


def open_by_person(reconciled: ReconciledOrder, shipment: Shipment) -> OrderException:
    """Open a LOST exception that its opener does not think grave."""
    exception = build_exception(
        reconciled.loaded.order.id,
        shipment_id=shipment.id,
        type=X.LOST,
        severity=ExceptionSeverity.LOW,
        is_personal=True,
        was_opened_by_person=True,
        opened_at=hour(80),
    )
    reconciled.exceptions.append(exception)
    reconciled.reconcile()
    return exception


def judged(reconciled: ReconciledOrder) -> Health:
    reconciled.reconcile()
    return reconciled.loaded.order.health


@pytest.mark.parametrize("status", CLOSED)
def test_a_lost_order_is_an_exception_until_a_person_answers(status: ExceptionStatus) -> None:
    reconciled, _ = lost_order()
    order = reconciled.loaded.order
    assert (order.status, order.health) == (OrderStatus.SHIPPED, Health.EXCEPTION)

    reconciled.close(reconciled.only_exception(), status)

    assert (order.status, order.health) == (OrderStatus.SHIPPED, Health.ON_TRACK)
    assert order.next_statuses == []


def test_a_loss_is_an_exception_also_where_a_person_called_it_low() -> None:
    reconciled = ReconciledOrder()
    shipment = reconciled.ship()
    exception = open_by_person(reconciled, shipment)
    reconciled.record(shipment, build_event(E.LOST, 95))
    order = reconciled.loaded.order
    assert (exception.severity, order.health) == (ExceptionSeverity.LOW, Health.EXCEPTION)

    reconciled.close(exception, ExceptionStatus.RESOLVED)

    assert order.health is Health.ON_TRACK


def test_a_loss_that_nobody_was_told_of_is_an_exception() -> None:
    reconciled, _ = lost_order()

    assert awaits_answer_to_loss(reconciled.loaded.items, reconciled.loaded.parcels, [])


def test_an_order_of_which_something_is_not_lost_is_judged_by_the_rest() -> None:
    reconciled, _ = lost_order(1)

    reconciled.only_exception().severity = ExceptionSeverity.LOW
    reconciled.only_exception().is_personal = True
    assert judged(reconciled) is Health.ON_TRACK

    reconciled.loaded.items[0].cancelled_quantity = 1
    assert judged(reconciled) is Health.EXCEPTION


def test_a_loss_after_the_answer_to_an_earlier_one_needs_another() -> None:
    reconciled, shipment = lost_order()
    reconciled.close(reconciled.only_exception(), ExceptionStatus.DISMISSED)

    reconciled.record(shipment, build_event(E.IN_TRANSIT, 96), build_event(E.LOST, 97))

    assert reconciled.loaded.order.health is Health.EXCEPTION


def ship(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    if reconciled.loaded.items[0].free_quantity:
        reconciled.ship(1)


def record(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    for shipment in drawn(data, reconciled.loaded.shipments):
        at = data.draw(st.integers(50, 99))
        reconciled.record(shipment, build_event(data.draw(st.sampled_from(NEWS)), at))


def retract(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    for events in drawn(data, list(reconciled.loaded.events.values())):
        for event in drawn(data, events):
            reconciled.retract(event)


def open_exception(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    for shipment in drawn(data, reconciled.loaded.shipments):
        if reconciled.loaded.unresolved_exception(shipment, X.LOST) is None:
            open_by_person(reconciled, shipment)


def close(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    unresolved = [exception for exception in reconciled.exceptions if exception.is_unresolved]
    for exception in drawn(data, unresolved):
        exception.is_personal = False
        reconciled.close(exception, data.draw(st.sampled_from(CLOSED)))


def cancel_free(reconciled: ReconciledOrder, data: st.DataObject) -> None:
    (item,) = reconciled.loaded.items
    item.cancelled_quantity += item.free_quantity
    reconciled.reconcile()


def drawn(data: st.DataObject, rows: list[Any]) -> list[Any]:
    """One of the rows, or none if there is none."""
    return [data.draw(st.sampled_from(rows))] if rows else []


STEPS: list[Callable[[ReconciledOrder, st.DataObject], None]] = [
    *(ship, ship, record, record, record, retract, open_exception, close, close, cancel_free),
]


@examples(400)
@given(st.data())
def test_health_is_an_exception_exactly_while_somebody_has_to_act(data: st.DataObject) -> None:
    reconciled = ReconciledOrder()
    for step in data.draw(st.lists(st.sampled_from(STEPS), min_size=4, max_size=14)):
        step(reconciled, data)

        is_exception = reconciled.loaded.order.health is Health.EXCEPTION
        assert is_exception == (has_grave_exception(reconciled) or has_open_loss(reconciled))


def has_grave_exception(reconciled: ReconciledOrder) -> bool:
    grave = (ExceptionSeverity.MEDIUM, ExceptionSeverity.HIGH, ExceptionSeverity.CRITICAL)
    return any(row.severity in grave and row.status not in CLOSED for row in reconciled.exceptions)


def has_open_loss(reconciled: ReconciledOrder) -> bool:
    (item,) = reconciled.loaded.items
    losses = {}
    for shipment in reconciled.loaded.shipments:
        held = sum(content.held_quantity for content in reconciled.loaded.contents[shipment.id])
        if shipment.status is S.LOST and held:
            losses[shipment.id] = held
    if not losses or sum(losses.values()) < item.quantity - item.cancelled_quantity:
        return False
    reported = [row for row in reconciled.exceptions if row.type is X.LOST]
    waiting = {row.shipment_id for row in reported if row.status not in CLOSED}
    answered = {row.shipment_id for row in reported if row.was_closed_by_person} - waiting
    return not losses.keys() <= answered
