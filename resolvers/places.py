"""Places: as far as they are known, within JSON or columns of what is there."""

from engine.sql.field_sources import ALWAYS_NULL, Column, EmbeddedObject
from engine.sql.json_column import JsonMember

DESTINATION = EmbeddedObject(
    {
        "name": ALWAYS_NULL,
        "city": Column("destination_city"),
        "region": Column("destination_region"),
        "postalCode": ALWAYS_NULL,
        "country": Column("destination_country"),
        "latitude": ALWAYS_NULL,
        "longitude": ALWAYS_NULL,
    }
)
"""City, region and country only: anyone who holds the tracking id may know."""

ORIGIN = JsonMember("origin")
LOCATION = JsonMember("location")
