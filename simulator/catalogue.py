"""The shop's articles, with prices in US dollars."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Product:
    """An article. If it is bulky, it is too large for a parcel, and its order goes as freight."""

    sku: str
    name: str
    price: Decimal
    is_bulky: bool = False


def _products(rows: str, is_bulky: bool = False) -> tuple[Product, ...]:
    parts = (row.split("|") for row in rows.strip().splitlines())
    return tuple(Product(sku, name, Decimal(price), is_bulky) for sku, name, price in parts)


SMALL = _products("""
MUG-ENAMEL-350|Enamel mug, 350 ml|12.50
MUG-STONE-300|Stoneware mug, 300 ml|15.00
CUP-ESPRESSO-4|Espresso cups, set of 4|24.00
PLATE-DINNER-27|Dinner plate, 27 cm|14.90
BOWL-CEREAL-16|Cereal bowl, 16 cm|9.90
POT-TEA-1200|Teapot, 1.2 l|38.00
PRESS-COFFEE-1000|Coffee press, 1 l|34.50
GRINDER-HAND-01|Hand coffee grinder|59.00
KETTLE-GOOSE-900|Gooseneck kettle, 0.9 l|72.00
FILTER-PAPER-100|Coffee filters, 100 pieces|6.20
COFFEE-HOUSE-1KG|House blend coffee, 1 kg|27.00
TEA-GREEN-250|Green tea, 250 g|14.40
CHOC-DARK-100|Dark chocolate, 100 g|4.80
KNIFE-CHEF-20|Chef's knife, 20 cm|89.00
KNIFE-PARING-9|Paring knife, 9 cm|29.00
BOARD-OAK-40|Oak cutting board, 40 cm|46.00
PAN-IRON-26|Cast iron pan, 26 cm|64.00
PAN-SAUCE-16|Saucepan, 16 cm|48.00
JAR-GLASS-750|Storage jar, 750 ml|8.40
BOTTLE-STEEL-500|Steel bottle, 500 ml|26.00
LUNCH-BOX-STEEL|Steel lunch box|31.00
APRON-LINEN-GREY|Linen apron, grey|42.00
TOWEL-TEA-3|Tea towels, set of 3|18.00
TOWEL-BATH-WHITE|Bath towel, white|28.00
SHEET-COTTON-140|Cotton sheet, 140 cm|54.00
PILLOW-CASE-50|Pillow case, 50 x 70 cm|16.00
BLANKET-WOOL-130|Wool blanket, 130 x 180 cm|119.00
CANDLE-BEES-20|Beeswax candle, 20 cm|11.00
LAMP-DESK-BLACK|Desk lamp, black|85.00
BULB-LED-E27-3|LED bulbs E27, set of 3|17.50
CLOCK-WALL-30|Wall clock, 30 cm|45.00
FRAME-OAK-A3|Picture frame, oak, A3|33.00
VASE-GLASS-25|Glass vase, 25 cm|36.00
BASKET-WILLOW-M|Willow basket, medium|39.00
HOOK-BRASS-2|Brass hooks, set of 2|13.50
SOAP-OLIVE-200|Olive soap, 200 g|5.60
BRUSH-DISH-BEECH|Dish brush, beech|7.90
NOTEBOOK-A5-DOT|Notebook A5, dotted|13.00
PENCIL-HB-12|Pencils HB, box of 12|9.50
PEN-FOUNTAIN-F|Fountain pen, fine nib|68.00
INK-BLUE-50|Fountain pen ink, blue, 50 ml|12.80
BAG-TOTE-CANVAS|Canvas tote bag|19.00
BAG-BACKPACK-22|Backpack, 22 l|129.00
WALLET-LEATHER|Leather wallet|58.00
UMBRELLA-COMPACT|Compact umbrella|35.00
SCARF-WOOL-NAVY|Wool scarf, navy|49.00
SOCKS-MERINO-2|Merino socks, 2 pairs|22.00
CAP-WOOL-ONE|Wool cap|27.50
GLOVES-GARDEN-M|Garden gloves, M|15.50
SEEDS-HERB-6|Herb seeds, 6 kinds|12.00
SHEARS-GARDEN|Garden shears|44.00
CAN-WATER-2L|Watering can, 2 l|32.00
SPEAKER-PORTABLE|Portable speaker|149.00
CABLE-USB-C-2M|USB-C cable, 2 m|14.00
CHARGER-USB-65W|USB charger, 65 W|39.90
PUZZLE-1000-MAP|Puzzle, 1000 pieces|24.50
""")

BULKY = _products(
    """
TABLE-OAK-180|Oak table, 180 cm|890.00
CHAIR-BENTWOOD-2|Bentwood chairs, pair|320.00
SHELF-ASH-200|Ash shelf, 200 cm|410.00
SOFA-LINEN-2|Linen sofa, two seats|1290.00
BED-BEECH-160|Beech bed, 160 cm|760.00
MATTRESS-160|Mattress, 160 x 200 cm|640.00
""",
    is_bulky=True,
)
