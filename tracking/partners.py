"""Partners: what credentials that are bounded to carriers may act on.

A partner acts on the shipments of its carriers, and on what hangs on these. What it does not see
does not exist for it, so that errors about that are those about unknown things.
"""

from access.viewer import Viewer
from errors import Forbidden
from models.shipments import Shipment


def sees_carrier(viewer: Viewer, carrier: str | None) -> bool:
    """Return whether shipments of the carrier are within the viewer's bounds."""
    return viewer.carriers is None or carrier in viewer.carriers


def sees(viewer: Viewer, shipment: Shipment | None) -> bool:
    """Return whether the viewer may act on a shipment, or for None on an order itself."""
    return sees_carrier(viewer, None if shipment is None else shipment.carrier)


def demand_unbounded(viewer: Viewer, *path: str) -> None:
    """Raises Forbidden for a partner: the command acts on an order as a whole."""
    if viewer.is_partner:
        raise Forbidden("Whoever is bounded to carriers acts on single shipments only.", path)


def demand_own_carrier(viewer: Viewer, carrier: str | None) -> None:
    """Raises Forbidden if a partner gives a shipment to a carrier that is not its own."""
    if not sees_carrier(viewer, carrier):
        raise Forbidden(
            "Whoever is bounded to carriers gives shipments to these only. The query viewer lists"
            " them.",
            ("input", "carrier"),
        )
