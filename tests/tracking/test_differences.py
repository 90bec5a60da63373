"""Differences show what an amendment changes, and no personal values."""

from datetime import UTC, datetime
from types import SimpleNamespace

from tracking.differences import column_differences

ROW = SimpleNamespace(city="Berlin", phone="1", postal_code=None, promised_at=None)


def test_only_columns_whose_values_change_have_a_difference() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    values = {"city": "Berlin", "postal_code": "10115", "promised_at": moment}

    differences = column_differences(ROW, values, is_personal=lambda column: False)

    assert differences == {
        "postal_code": {"field": "postalCode", "before": None, "after": "10115"},
        "promised_at": {"field": "promisedAt", "before": None, "after": "2026-03-01T12:00:00Z"},
    }


def test_personal_values_are_masked_but_show_whether_there_is_one() -> None:
    values = {"city": "Bonn", "phone": "2", "postal_code": "53111"}

    differences = column_differences(
        ROW, values, inside="shippingAddress.", is_personal=lambda column: column != "city"
    )

    assert list(differences.values()) == [
        {"field": "shippingAddress.city", "before": "Berlin", "after": "Bonn"},
        {"field": "shippingAddress.phone", "before": "***", "after": "***"},
        {"field": "shippingAddress.postalCode", "before": None, "after": "***"},
    ]
