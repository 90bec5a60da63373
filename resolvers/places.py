"""Places: as far as they are known, within JSON or columns of what is there."""

from engine.sql.json_column import JsonMember
from engine.sql.field_sources import ABSENT, Column, Part

DESTINATION = Part(
    {
        "name": ABSENT,
        "city": Column("destination_city"),
        "region": Column("destination_region"),
        "postalCode": ABSENT,
        "country": Column("destination_country"),
        "latitude": ABSENT,
        "longitude": ABSENT,
    }
)
"""City, region and country only: anyone who holds the tracking id may know."""

ORIGIN = JsonMember("origin")
LOCATION = JsonMember("location")
