"""The time zones of the larger cities, in regions that are split between several zones."""

from types import MappingProxyType

_CITIES = {
    ("AU", "NSW"): {"Australia/Broken_Hill": "broken hill"},
    ("BR", "AM"): {"America/Manaus": "manaus, parintins, itacoatiara, manacapuru, coari, tefe"},
    ("CA", "BC"): {
        "America/Vancouver": (
            "vancouver, surrey, burnaby, richmond, abbotsford, coquitlam, kelowna, victoria,"
            " langley, delta, kamloops, nanaimo, prince george, chilliwack, north vancouver,"
            " west vancouver, new westminster, port coquitlam, maple ridge, white rock,"
            " penticton, vernon"
        ),
        "America/Dawson_Creek": "dawson creek, fort st john",
        "America/Edmonton": "cranbrook, golden",
    },
    ("CA", "NL"): {
        "America/St_Johns": "st johns, saint johns, mount pearl, corner brook, gander, paradise"
    },
    ("CA", "SK"): {
        "America/Regina": "saskatoon, regina, prince albert, moose jaw, yorkton, swift current",
        "America/Edmonton": "lloydminster",
    },
    ("CA", "NU"): {"America/Iqaluit": "iqaluit", "America/Rankin_Inlet": "rankin inlet"},
    ("MX", "CHH"): {
        "America/Chihuahua": "chihuahua, cuauhtemoc, delicias, hidalgo del parral",
        "America/Ciudad_Juarez": "ciudad juarez, juarez",
    },
    ("MX", "COA"): {
        "America/Monterrey": "saltillo, torreon, monclova, ramos arizpe",
        "America/Matamoros": "piedras negras, ciudad acuna, acuna",
    },
    ("MX", "NAY"): {
        "America/Mazatlan": "tepic",
        "America/Bahia_Banderas": "nuevo vallarta, bucerias",
    },
    ("MX", "TAM"): {
        "America/Monterrey": "tampico, ciudad victoria, ciudad madero, altamira",
        "America/Matamoros": "matamoros, reynosa, nuevo laredo, rio bravo",
    },
    ("RU", "SA"): {"Asia/Yakutsk": "yakutsk, neryungri, mirny"},
    ("US", "AZ"): {
        "America/Phoenix": (
            "phoenix, tucson, mesa, chandler, gilbert, glendale, scottsdale, tempe, peoria,"
            " surprise, goodyear, buckeye, flagstaff, yuma, prescott"
        )
    },
    ("US", "FL"): {
        "America/New_York": (
            "jacksonville, miami, tampa, orlando, st petersburg, saint petersburg, hialeah,"
            " tallahassee, fort lauderdale, port st lucie, cape coral, pembroke pines, hollywood,"
            " gainesville, miramar, coral springs, west palm beach, clearwater, lakeland, sarasota,"
            " fort myers, naples, boca raton, daytona beach, kissimmee, ocala, miami beach"
        ),
        "America/Chicago": "pensacola, panama city, fort walton beach, destin",
    },
    ("US", "ID"): {
        "America/Boise": "boise, meridian, nampa, caldwell, idaho falls, pocatello, twin falls",
        "America/Los_Angeles": "coeur dalene, lewiston, post falls, moscow",
    },
    ("US", "IN"): {
        "America/Indiana/Indianapolis": (
            "indianapolis, fort wayne, south bend, carmel, fishers, bloomington, lafayette, muncie,"
            " anderson, elkhart, terre haute, west lafayette"
        ),
        "America/Chicago": "evansville, gary, hammond, merrillville, crown point, valparaiso",
    },
    ("US", "KY"): {
        "America/New_York": "louisville, lexington, covington, frankfort, richmond, georgetown",
        "America/Chicago": "bowling green, owensboro, paducah, hopkinsville",
    },
    ("US", "ND"): {"America/Chicago": "fargo, bismarck, grand forks, minot, west fargo"},
    ("US", "NE"): {"America/Chicago": "omaha, lincoln, bellevue, grand island, kearney"},
    ("US", "SD"): {
        "America/Chicago": "sioux falls, aberdeen, brookings, watertown",
        "America/Denver": "rapid city",
    },
    ("US", "TN"): {
        "America/Chicago": "nashville, memphis, clarksville, murfreesboro, franklin, jackson",
        "America/New_York": "knoxville, chattanooga, johnson city, kingsport",
    },
    ("US", "TX"): {
        "America/Chicago": (
            "houston, san antonio, dallas, austin, fort worth, arlington, corpus christi, plano,"
            " lubbock, laredo, irving, garland, frisco, mckinney, grand prairie, amarillo,"
            " brownsville, killeen, denton, mesquite, pasadena, mcallen, waco, carrollton, midland,"
            " round rock, abilene, odessa, the woodlands, sugar land, college station, tyler, katy"
        ),
        "America/Denver": "el paso",
    },
}


def _zone_by_city() -> dict[tuple[str, str, str], str]:
    return {
        (country, region, city.strip()): zone
        for (country, region), cities in _CITIES.items()
        for zone, names in cities.items()
        for city in names.split(",")
    }


CITY_ZONES = MappingProxyType(_zone_by_city())
"""The zone of a city, by country, region's code and the city's name in small letters."""
