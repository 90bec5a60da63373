"""The cities that orders go to, the warehouses that they leave from, and the hubs between."""

from functools import cache

from simulator.places import Place

CITIES = (
    Place("US", "New York", "NY", "10001", "America/New_York", 40.75, -73.99),
    Place("US", "Boston", "MA", "02108", "America/New_York", 42.36, -71.06),
    Place("US", "Atlanta", "GA", "30303", "America/New_York", 33.75, -84.39),
    Place("US", "Miami", "FL", "33130", "America/New_York", 25.77, -80.20),
    Place("US", "Chicago", "IL", "60601", "America/Chicago", 41.89, -87.62),
    Place("US", "Austin", "TX", "78701", "America/Chicago", 30.27, -97.74),
    Place("US", "Minneapolis", "MN", "55401", "America/Chicago", 44.98, -93.27),
    Place("US", "Denver", "CO", "80202", "America/Denver", 39.75, -104.99),
    Place("US", "Phoenix", "AZ", "85004", "America/Phoenix", 33.45, -112.07),
    Place("US", "Seattle", "WA", "98101", "America/Los_Angeles", 47.61, -122.33),
    Place("US", "San Francisco", "CA", "94103", "America/Los_Angeles", 37.77, -122.41),
    Place("US", "Honolulu", "HI", "96813", "Pacific/Honolulu", 21.31, -157.86),
    Place("CA", "Toronto", "ON", "M5V 2T6", "America/Toronto", 43.64, -79.39),
    Place("CA", "Montreal", "QC", "H2Y 1C6", "America/Toronto", 45.50, -73.56),
    Place("CA", "Vancouver", "BC", "V6B 1A1", "America/Vancouver", 49.28, -123.12),
    Place("MX", "Mexico City", "CDMX", "06000", "America/Mexico_City", 19.43, -99.13),
    Place("MX", "Monterrey", "NL", "64000", "America/Monterrey", 25.67, -100.31),
    Place("BR", "São Paulo", "SP", "01001-000", "America/Sao_Paulo", -23.55, -46.63),
    Place("BR", "Recife", "PE", "50010-000", "America/Recife", -8.06, -34.88),
    Place("GB", "London", "England", "EC1A 1BB", "Europe/London", 51.52, -0.10),
    Place("GB", "Manchester", "England", "M1 1AE", "Europe/London", 53.48, -2.23),
    Place("GB", "Edinburgh", "Scotland", "EH1 1YZ", "Europe/London", 55.95, -3.19),
    Place("IE", "Dublin", "Leinster", "D02 X000", "Europe/Dublin", 53.34, -6.26),
    Place("IE", "Cork", "Munster", "T12 X000", "Europe/Dublin", 51.90, -8.47),
    Place("FR", "Paris", "Île-de-France", "75002", "Europe/Paris", 48.87, 2.34),
    Place("FR", "Lyon", "Auvergne-Rhône-Alpes", "69002", "Europe/Paris", 45.75, 4.83),
    Place("FR", "Marseille", "Provence-Alpes-Côte d'Azur", "13001", "Europe/Paris", 43.30, 5.38),
    Place("DE", "Berlin", "Berlin", "10115", "Europe/Berlin", 52.53, 13.38),
    Place("DE", "Hamburg", "Hamburg", "20095", "Europe/Berlin", 53.55, 10.00),
    Place("DE", "Munich", "Bavaria", "80331", "Europe/Berlin", 48.14, 11.57),
    Place("DE", "Cologne", "North Rhine-Westphalia", "50667", "Europe/Berlin", 50.94, 6.96),
    Place("NL", "Amsterdam", "North Holland", "1012 AB", "Europe/Amsterdam", 52.37, 4.90),
    Place("NL", "Utrecht", "Utrecht", "3511 AA", "Europe/Amsterdam", 52.09, 5.12),
    Place("BE", "Brussels", None, "1000", "Europe/Brussels", 50.85, 4.35),
    Place("BE", "Ghent", "East Flanders", "9000", "Europe/Brussels", 51.05, 3.72),
    Place("ES", "Madrid", "Madrid", "28013", "Europe/Madrid", 40.42, -3.70),
    Place("ES", "Barcelona", "Catalonia", "08001", "Europe/Madrid", 41.38, 2.17),
    Place("PT", "Lisbon", "Lisbon", "1100-148", "Europe/Lisbon", 38.71, -9.14),
    Place("IT", "Rome", "Lazio", "00184", "Europe/Rome", 41.89, 12.49),
    Place("IT", "Milan", "Lombardy", "20121", "Europe/Rome", 45.47, 9.19),
    Place("AT", "Vienna", "Vienna", "1010", "Europe/Vienna", 48.21, 16.37),
    Place("CH", "Zurich", "Zurich", "8001", "Europe/Zurich", 47.37, 8.54),
    Place("CH", "Geneva", "Geneva", "1204", "Europe/Zurich", 46.20, 6.14),
    Place("SE", "Stockholm", "Stockholm", "111 20", "Europe/Stockholm", 59.33, 18.06),
    Place("NO", "Oslo", "Oslo", "0150", "Europe/Oslo", 59.91, 10.75),
    Place("DK", "Copenhagen", "Capital Region", "1050", "Europe/Copenhagen", 55.68, 12.58),
    Place("FI", "Helsinki", "Uusimaa", "00100", "Europe/Helsinki", 60.17, 24.94),
    Place("PL", "Warsaw", "Masovia", "00-001", "Europe/Warsaw", 52.23, 21.01),
    Place("PL", "Kraków", "Lesser Poland", "31-042", "Europe/Warsaw", 50.06, 19.94),
    Place("CZ", "Prague", "Prague", "110 00", "Europe/Prague", 50.09, 14.42),
    Place("AE", "Dubai", "Dubai", None, "Asia/Dubai", 25.20, 55.27),
    Place("IN", "Mumbai", "Maharashtra", "400001", "Asia/Kolkata", 18.94, 72.84),
    Place("IN", "Bengaluru", "Karnataka", "560001", "Asia/Kolkata", 12.97, 77.59),
    Place("SG", "Singapore", None, "018956", "Asia/Singapore", 1.28, 103.85),
    Place("JP", "Tokyo", "Tokyo", "100-0001", "Asia/Tokyo", 35.68, 139.75),
    Place("JP", "Osaka", "Osaka", "530-0001", "Asia/Tokyo", 34.70, 135.50),
    Place("JP", "Sapporo", "Hokkaido", "060-0001", "Asia/Tokyo", 43.06, 141.35),
    Place("KR", "Seoul", "Seoul", "04524", "Asia/Seoul", 37.57, 126.98),
    Place("AU", "Sydney", "NSW", "2000", "Australia/Sydney", -33.87, 151.21),
    Place("AU", "Melbourne", "VIC", "3000", "Australia/Melbourne", -37.81, 144.96),
    Place("AU", "Perth", "WA", "6000", "Australia/Perth", -31.95, 115.86),
    Place("NZ", "Auckland", "Auckland", "1010", "Pacific/Auckland", -36.85, 174.76),
    Place("ZA", "Cape Town", "Western Cape", "8001", "Africa/Johannesburg", -33.92, 18.42),
)

NEWARK = Place("US", "Newark", "NJ", "07114", "America/New_York", 40.71, -74.17)
RENO = Place("US", "Reno", "NV", "89502", "America/Los_Angeles", 39.50, -119.78)
LEEDS = Place("GB", "Leeds", "England", "LS10 1AB", "Europe/London", 53.78, -1.53)
VENLO = Place("NL", "Venlo", "Limburg", "5928 LX", "Europe/Amsterdam", 51.39, 6.10)
NAGOYA = Place("JP", "Nagoya", "Aichi", "450-0001", "Asia/Tokyo", 35.17, 136.89)
BRISBANE = Place("AU", "Brisbane", "QLD", "4009", "Australia/Brisbane", -27.42, 153.10)
WAREHOUSES = (NEWARK, RENO, LEEDS, VENLO, NAGOYA, BRISBANE)

HUBS = (
    Place("US", "Louisville", "KY", "40213", "America/Kentucky/Louisville", 38.18, -85.74),
    Place("US", "Memphis", "TN", "38118", "America/Chicago", 35.06, -89.98),
    Place("US", "Columbus", "OH", "43217", "America/New_York", 39.82, -82.93),
    Place("US", "Charlotte", "NC", "28208", "America/New_York", 35.22, -80.94),
    Place("US", "Fort Worth", "TX", "76177", "America/Chicago", 32.99, -97.32),
    Place("US", "Omaha", "NE", "68110", "America/Chicago", 41.30, -95.90),
    Place("US", "Salt Lake City", "UT", "84116", "America/Denver", 40.79, -111.98),
    Place("US", "Ontario", "CA", "91761", "America/Los_Angeles", 34.06, -117.60),
    Place("US", "Anchorage", "AK", "99502", "America/Anchorage", 61.17, -149.99),
    Place("CA", "Hamilton", "ON", "L0R 1W0", "America/Toronto", 43.17, -79.93),
    Place("MX", "Querétaro", "QRO", "76270", "America/Mexico_City", 20.62, -100.19),
    Place("BR", "Campinas", "SP", "13052-000", "America/Sao_Paulo", -23.01, -47.13),
    Place("GB", "Castle Donington", "England", "DE74 2SA", "Europe/London", 52.83, -1.33),
    Place("BE", "Liège", "Liège", "4460", "Europe/Brussels", 50.64, 5.44),
    Place("FR", "Roissy-en-France", "Île-de-France", "95700", "Europe/Paris", 49.01, 2.55),
    Place("DE", "Leipzig", "Saxony", "04435", "Europe/Berlin", 51.42, 12.24),
    Place("DE", "Frankfurt", "Hesse", "60549", "Europe/Berlin", 50.03, 8.56),
    Place("DK", "Taastrup", "Capital Region", "2630", "Europe/Copenhagen", 55.65, 12.29),
    Place("ES", "Vitoria-Gasteiz", "Basque Country", "01196", "Europe/Madrid", 42.88, -2.72),
    Place("IT", "Bergamo", "Lombardy", "24050", "Europe/Rome", 45.67, 9.70),
    Place("PL", "Wrocław", "Lower Silesia", "50-001", "Europe/Warsaw", 51.11, 17.03),
    Place("AE", "Jebel Ali", "Dubai", None, "Asia/Dubai", 24.98, 55.09),
    Place("IN", "Delhi", "Delhi", "110037", "Asia/Kolkata", 28.56, 77.10),
    Place("HK", "Hong Kong", None, None, "Asia/Hong_Kong", 22.31, 113.92),
    Place("SG", "Changi", None, "819643", "Asia/Singapore", 1.36, 103.99),
    Place("KR", "Incheon", "Incheon", "22382", "Asia/Seoul", 37.46, 126.44),
    Place("JP", "Narita", "Chiba", "282-0004", "Asia/Tokyo", 35.77, 140.39),
    Place("AU", "Canberra", "ACT", "2609", "Australia/Sydney", -35.31, 149.19),
    Place("AU", "Adelaide", "SA", "5950", "Australia/Adelaide", -34.94, 138.53),
    Place("KE", "Nairobi", None, "00100", "Africa/Nairobi", -1.32, 36.93),
)

_NEAR_WAREHOUSES = {
    LEEDS: frozenset({"GB", "IE"}),
    NAGOYA: frozenset({"JP", "KR", "SG", "IN"}),
    BRISBANE: frozenset({"AU", "NZ"}),
}
_WEST = frozenset({"CA", "CO", "AZ", "WA", "HI", "NV"})


def home_warehouse(place: Place) -> Place:
    """The warehouse that serves this place when nothing special is asked for."""
    if place.country == "US":
        return RENO if place.region in _WEST else NEWARK
    if place.country in {"CA", "MX", "BR"}:
        return NEWARK
    near = (house for house, countries in _NEAR_WAREHOUSES.items() if place.country in countries)
    return next(near, VENLO)


def find_place(country: str | None, city: str | None, region: str | None) -> Place:
    """The city of that name, with coordinates if this atlas has it; otherwise just the names."""
    known = _cities_by_name().get((country, city))
    return known or Place(country or "US", city, region)


@cache
def _cities_by_name() -> dict[tuple[str | None, str | None], Place]:
    return {(place.country, place.city): place for place in CITIES}
