"""The way of a parcel on its page: a list for everybody, and a picture for who holds the link."""

from datetime import UTC, datetime

from commands.example_orders import EXAMPLES, place_example
from models.orders import Order
from tests.live_server import RunningService
from tests.portal.links import mailed_link, visit
from unit_of_work.unit_of_work import Tracker

STOPS = ("Hamburg, Germany", "Lisbon, Portugal", "Recife, Brazil")
(TO_RECIFE,) = (example for example in EXAMPLES if example.title == "lost")


async def test_the_picture_is_drawn_for_the_holder_of_the_link_alone(
    service: RunningService, tracker: Tracker
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    order = await Order.get(tracking_id=await place_example(tracker, 1, TO_RECIFE, now))
    link = await mailed_link(service, order)
    path, visitor = f"/t/{order.tracking_id}", visit(service)

    replies = {
        "stranger": await visitor.get(path),
        "customer": await visitor.get(path, link=link),
        "frame": await visitor.get(f"{path}/embed", link=link),
    }

    pages = {name: reply.text for name, reply in replies.items()}
    assert {name: "route-picture" in page for name, page in pages.items()} == {
        "stranger": False,
        "customer": True,
        "frame": False,
    }
    for page in (pages["stranger"], pages["customer"]):
        assert f"<bdi>{STOPS[0]}</bdi>" in page
        assert f"<bdi>{STOPS[1]}</bdi>" in page
    assert (
        'role="img" aria-label="It comes from Hamburg, Germany and was last seen in'
        in pages["customer"]
    )
