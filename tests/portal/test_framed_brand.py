"""A frame in a page of a shop shows the shop's logo."""

import re
from pathlib import Path

from tests.factories.acts import make_order
from tests.live_server import build_settings, running_service
from unit_of_work.unit_of_work import Tracker

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40"/>'
BRAND = 'name = "Sample shop"\nhome_url = "https://shop.example/"\n[logo]\nlight = "logo.svg"\n'
SHOWN = re.compile(
    r'<img src="/assets/\w+/logo-\w+\.svg" width="120" height="40" alt="Sample shop">'
)


async def test_the_logo_stands_in_the_frame_and_leads_nowhere(
    database_url: str, broadcast_url: str, tmp_path: Path, tracker: Tracker
) -> None:
    (tmp_path / "logo.svg").write_text(LOGO)
    (tmp_path / "brand.toml").write_text(BRAND)
    brand = {"WHEREABOUTS_BRAND": str(tmp_path / "brand.toml")}
    async with running_service(build_settings(database_url, broadcast_url, **brand)) as service:
        order = await make_order(tracker)
        frame = await service.http.get(f"/t/{order.tracking_id}/embed")

    assert len(SHOWN.findall(frame.text)) == 1
    assert "https://shop.example/" not in frame.text
