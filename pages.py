"""The composition of pages: of catalogs, the brand, templates and assets."""

from collections.abc import Mapping
from pathlib import Path

from starlette.routing import BaseRoute

from config import Settings
from language.catalog import Catalogs, open_catalogs
from portal.embed import EmbeddedOrders
from portal.layout import PageLayouts
from portal.links import LinkDoors
from portal.order_pages import OrderPages
from portal.pages import Portal
from web.graphql.endpoint import Endpoint
from web.pages.assets import Assets
from web.pages.brand import Brand
from web.pages.brand_file import read_brand
from web.pages.templates import Templates

PORTAL = Path(__file__).parent / "portal"


def page_routes(
    settings: Settings, endpoint: Endpoint, documents: Mapping[str, str]
) -> list[BaseRoute]:
    """Return the addresses of all pages, which ask the endpoint by these documents.

    Raises BrokenBrand.
    """
    catalogs = open_catalogs()
    brand = _brand(settings, catalogs)
    assets = Assets([PORTAL / "assets"], brand.asset_files())
    layouts = PageLayouts(Templates([PORTAL / "templates"], assets), catalogs, brand)
    asker = endpoint.asker(documents)
    orders = OrderPages(asker, documents, layouts)
    portal = Portal(layouts, orders, LinkDoors(asker, endpoint.origins))
    embedded = EmbeddedOrders(layouts, orders, assets, settings.embed_origins)
    return [*assets.routes(), *portal.routes(), *embedded.routes()]


def _brand(settings: Settings, catalogs: Catalogs) -> Brand:
    return Brand() if settings.brand is None else read_brand(settings.brand, catalogs.codes)
