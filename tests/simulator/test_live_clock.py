from datetime import timedelta

from simulator.live_clock import Quickened
from simulator.steps import CarrierEvent, Clock, Step
from tests.factories.simulated_events import build_simulated_event


def test_a_step_of_tomorrow_happens_about_now(now):
    time = Quickened(now, speed=3600)
    tomorrow = now + timedelta(days=1)
    step = Step(tomorrow, tomorrow, build_simulated_event(clock=Clock.DAY, source_event_id=None))

    due_at = time.due_at(step)
    sent_step = time.retell(step, due_at)

    assert due_at == now + timedelta(seconds=24)
    assert sent_step.at == due_at - timedelta(seconds=1)
    assert isinstance(sent_step.act, CarrierEvent)
    assert sent_step.act.clock is Clock.UTC
    assert sent_step.act.source_event_id == "live-1ZAB-PICKED_UP-20260302120000"


def test_steps_keep_their_order_when_they_are_sent_late(now):
    time = Quickened(now, speed=3600)
    first, second = (
        Step(moment, moment, build_simulated_event())
        for moment in (now + timedelta(hours=1), now + timedelta(hours=3))
    )

    told_first = time.retell(first, now + timedelta(seconds=40))
    due_second = time.due_at(second)

    assert told_first.at == now + timedelta(seconds=39)
    assert due_second == now + timedelta(seconds=42)


def test_a_past_event_that_is_sent_late_keeps_its_time(now):
    yesterday = now - timedelta(days=1)
    step = Step(yesterday, now + timedelta(hours=1), build_simulated_event())

    sent_step = Quickened(now, speed=3600).retell(step, now + timedelta(seconds=1))

    assert sent_step.at == yesterday
