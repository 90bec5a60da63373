"""Places, which are stored in JSON or in columns of the row that they belong to."""

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
"""The place shows city, region and country only: all who have the tracking id may know them."""

ORIGIN = JsonMember("origin")
LOCATION = JsonMember("location")
