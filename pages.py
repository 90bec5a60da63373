"""The composition of pages: of catalogs, the brand, templates and assets."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from starlette.routing import BaseRoute

from config import Settings
from language.catalog import Catalogs, open_catalogs
from portal.addresses import PageAddresses
from portal.documents import ORDER_LIVE
from portal.embed import EmbeddedOrders
from portal.layout import STYLES, PageLayouts
from portal.links import LinkDoors
from portal.order_pages import OrderPages
from portal.pages import Portal
from urls import public_path
from web.graphql.endpoint import Endpoint
from web.pages.assets import Assets
from web.pages.brand import Brand
from web.pages.brand_file import read_brand
from web.pages.templates import Templates

PORTAL = Path(__file__).parent / "portal"


def page_routes(
    settings: Settings, endpoint: Endpoint, documents: Mapping[str, str], *, signs_links: bool
) -> list[BaseRoute]:
    """Return the addresses of all pages, which ask the endpoint by these documents.

    Unless the service `signs_links`, no proof opens an order, and no page asks for one.
    Raises BrokenBrand.
    """
    catalogs = open_catalogs()
    brand = _brand(settings, catalogs)
    addresses = PageAddresses(public_path(settings.public_url), settings.public_url)
    assets = Assets(
        [PORTAL / "assets"], brand.asset_files(), joined=STYLES, prefix=addresses.prefix
    )
    templates = Templates([PORTAL / "templates"], assets)
    layouts = PageLayouts(templates, catalogs, brand, addresses, opens_by_proof=signs_links)
    asker = endpoint.asker(documents)
    followers = partial(endpoint.follower_count, documents[ORDER_LIVE], ORDER_LIVE)
    orders = OrderPages(asker, documents, layouts, followers)
    portal = Portal(layouts, orders, LinkDoors(asker, endpoint.origins, addresses))
    embedded = EmbeddedOrders(layouts, orders, assets, settings.embed_origins)
    return [*assets.routes(), *portal.routes(), *embedded.routes()]


def _brand(settings: Settings, catalogs: Catalogs) -> Brand:
    return Brand() if settings.brand is None else read_brand(settings.brand, catalogs.codes)
