"""The revocation of an order's tracking links."""

from uuid import UUID

from access.security_events import SecurityEvent, record
from access.viewer import Viewer
from tracking import validation
from tracking.change_recorder import ChangeRecorder
from tracking.differences import difference
from tracking.orders.loaded_orders import lock_order
from unit_of_work.unit_of_work import Tracker, UnitOfWork, command


async def revoke_links(tracker: Tracker, viewer: Viewer, tracking_id: str, reason: str) -> UUID:
    """Revoke all tracking links of the order that exist by now; return the order's id.

    The log has each revocation, because links that were created since the last one end by it.
    Raises Invalid and NotFound.
    """
    order_id = await _revoke(tracker, viewer, tracking_id, reason)
    record(SecurityEvent.LINKS_REVOKED, viewer=viewer.log_name, object_id=order_id)
    return order_id


@command
async def _revoke(uow: UnitOfWork, tracking_id: str, reason: str) -> UUID:
    reason = validation.reason(reason)
    order = (await lock_order(uow, tracking_id)).order
    order.link_version += 1
    recorder = ChangeRecorder(uow, order, reason)
    recorder.order_amended([difference("trackingLinks", None, "revoked")], uow.now)
    return order.id
