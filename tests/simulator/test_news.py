from datetime import UTC, datetime

from simulator.news import event_input
from simulator.steps import Clock
from tests.factories.simulated_events import build_simulated_event


def test_local_time_is_sent_with_its_zone(now):
    at = datetime(2026, 2, 1, 15, 4, 30, tzinfo=UTC)

    times = {
        clock: event_input(build_simulated_event(clock=clock), at, None, now)
        for clock in (Clock.UTC, Clock.OFFSET, Clock.NAMED, Clock.MINUTE, Clock.PLACE, Clock.DAY)
    }

    times = {
        clock: {
            name: news[name]
            for name in ("occurredAt", "localTime", "timeZone", "precision")
            if name in news
        }
        for clock, news in times.items()
        if news
    }
    assert times == {
        Clock.UTC: {"occurredAt": "2026-02-01T15:04:30Z"},
        Clock.OFFSET: {"occurredAt": "2026-02-01T10:04:30-05:00"},
        Clock.NAMED: {"localTime": "2026-02-01T10:04:30", "timeZone": "America/New_York"},
        Clock.MINUTE: {
            "localTime": "2026-02-01T10:04:00",
            "timeZone": "America/New_York",
            "precision": "MINUTE",
        },
        Clock.PLACE: {"localTime": "2026-02-01T10:04:30"},
        Clock.DAY: {"localTime": "2026-02-01", "timeZone": "America/New_York"},
    }


def test_an_event_names_its_parcel_by_number_or_id_when_both_are_known(now):
    by_number = event_input(build_simulated_event(), now, "S1", now)
    by_id = event_input(build_simulated_event(by_id=True), now, "S1", now)
    nameless = event_input(build_simulated_event(tracking_number=None, by_id=True), now, None, now)

    assert by_number is not None
    assert by_id is not None
    assert (by_number["carrier"], by_number["trackingNumber"]) == ("ups", "1ZAB")
    assert "shipmentId" not in by_number
    assert by_id["shipmentId"] == "S1"
    assert "trackingNumber" not in by_id
    assert nameless is None
