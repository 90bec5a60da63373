"""The time zones of regions, in the countries whose clocks differ.

A part of a region in which fewer than one of a hundred people of it live is left out. Regions that
are split more evenly have all their zones.
"""

from types import MappingProxyType

Zones = tuple[str, ...]

COUNTRY_ZONES = MappingProxyType(
    {
        "CN": "Asia/Shanghai",
        "EC": "America/Guayaquil",
        "NZ": "Pacific/Auckland",
        "UA": "Europe/Kyiv",
    }
)
"""Where hardly anybody has another clock, or nobody goes by it: the zone of all other regions."""

OTHER_REGIONS = MappingProxyType(
    {
        "CL": "America/Santiago",
        "ES": "Europe/Madrid",
        "ID": "Asia/Jakarta",
        "MN": "Asia/Ulaanbaatar",
        "MX": "America/Mexico_City",
        "PG": "Pacific/Port_Moresby",
        "PT": "Europe/Lisbon",
        "RU": "Europe/Moscow",
    }
)
"""The zone of each region that ISO 3166-2 lists for the country and that is not named below."""

_REGIONS = {
    "AU": {
        "Australia/Sydney": "NSW ACT",
        "Australia/Melbourne": "VIC",
        "Australia/Brisbane": "QLD",
        "Australia/Adelaide": "SA",
        "Australia/Perth": "WA",
        "Australia/Hobart": "TAS",
        "Australia/Darwin": "NT",
    },
    "BR": {
        "America/Sao_Paulo": "DF ES GO MG PR RJ RS SC SP",
        "America/Bahia": "BA",
        "America/Fortaleza": "CE MA PB PI RN",
        "America/Recife": "PE",
        "America/Maceio": "AL SE",
        "America/Belem": "AP PA",
        "America/Araguaina": "TO",
        "America/Campo_Grande": "MS",
        "America/Cuiaba": "MT",
        "America/Porto_Velho": "RO",
        "America/Boa_Vista": "RR",
        "America/Rio_Branco": "AC AM",
        "America/Manaus": "AM",
    },
    "CA": {
        "America/St_Johns": "NL",
        "America/Goose_Bay": "NL",
        "America/Halifax": "NS PE",
        "America/Moncton": "NB",
        "America/Toronto": "QC ON",
        "America/Winnipeg": "MB",
        "America/Regina": "SK",
        "America/Edmonton": "AB BC NT SK",
        "America/Vancouver": "BC",
        "America/Whitehorse": "YT",
        "America/Iqaluit": "NU",
        "America/Rankin_Inlet": "NU",
        "America/Cambridge_Bay": "NU",
    },
    "CL": {"America/Punta_Arenas": "MA", "America/Coyhaique": "AI"},
    "EC": {"Pacific/Galapagos": "W"},
    "ES": {"Atlantic/Canary": "CN GC TF"},
    "ID": {
        "Asia/Makassar": "BA NB NT NU KI KS KU GO SA SG SL SN SR ST",
        "Asia/Jayapura": "MA ML MU PA PB PD PE PP PS PT",
        "Asia/Pontianak": "KB KT",
    },
    "MN": {"Asia/Hovd": "043 046 071"},
    "MX": {
        "America/Tijuana": "BCN",
        "America/Hermosillo": "SON",
        "America/Mazatlan": "BCS NAY SIN",
        "America/Bahia_Banderas": "NAY",
        "America/Chihuahua": "CHH",
        "America/Ciudad_Juarez": "CHH",
        "America/Monterrey": "COA NLE TAM",
        "America/Matamoros": "COA TAM",
        "America/Cancun": "ROO",
    },
    "NZ": {"Pacific/Chatham": "CIT"},
    "PG": {"Pacific/Bougainville": "NSB"},
    "PT": {"Atlantic/Azores": "20", "Atlantic/Madeira": "30"},
    "RU": {
        "Europe/Kaliningrad": "KGD",
        "Europe/Samara": "SAM UD",
        "Europe/Saratov": "SAR",
        "Europe/Ulyanovsk": "ULY",
        "Europe/Astrakhan": "AST",
        "Asia/Yekaterinburg": "BA CHE KGN KHM ORE PER SVE TYU YAN",
        "Asia/Omsk": "OMS",
        "Asia/Novosibirsk": "NVS",
        "Asia/Barnaul": "AL ALT",
        "Asia/Tomsk": "TOM",
        "Asia/Novokuznetsk": "KEM",
        "Asia/Krasnoyarsk": "KK KYA TY",
        "Asia/Irkutsk": "BU IRK",
        "Asia/Chita": "ZAB",
        "Asia/Yakutsk": "AMU SA",
        "Asia/Vladivostok": "KHA PRI SA YEV",
        "Asia/Sakhalin": "SAK SA",
        "Asia/Magadan": "MAG",
        "Asia/Kamchatka": "KAM",
        "Asia/Anadyr": "CHU",
    },
    "US": {
        "America/New_York": ("CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC TN VA VT WV"),
        "America/Detroit": "MI",
        "America/Indiana/Indianapolis": "IN",
        "America/Chicago": "AL AR FL IA IL IN KS KY LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "AZ CO MT ND NE NM SD TX UT WY",
        "America/Boise": "ID",
        "America/Phoenix": "AZ",
        "America/Los_Angeles": "CA ID NV OR WA",
        "America/Anchorage": "AK",
        "Pacific/Honolulu": "HI",
        "America/Puerto_Rico": "PR VI",
        "Pacific/Guam": "GU MP",
        "Pacific/Pago_Pago": "AS",
    },
}

NAMES = MappingProxyType(
    {
        "ID": {
            "dki jakarta": "JK",
            "jakarta": "JK",
            "west java": "JB",
            "central java": "JT",
            "east java": "JI",
            "north sumatra": "SU",
            "west sumatra": "SB",
            "south sumatra": "SS",
            "south sulawesi": "SN",
            "north sulawesi": "SA",
            "east kalimantan": "KI",
            "south kalimantan": "KS",
            "west kalimantan": "KB",
            "central kalimantan": "KT",
        },
        "MX": {
            "cdmx": "CMX",
            "mexico city": "CMX",
            "df": "CMX",
            "estado de mexico": "MEX",
            "coahuila": "COA",
            "michoacan": "MIC",
            "veracruz": "VER",
        },
        "RU": {
            "moscow": "MOW",
            "moscow oblast": "MOS",
            "moskovskaya oblast": "MOS",
            "saint petersburg": "SPE",
            "st petersburg": "SPE",
            "leningrad oblast": "LEN",
        },
        "ES": {"las palmas de gran canaria": "GC", "tenerife": "TF", "canary islands": "CN"},
        "PT": {
            "acores": "20",
            "azores": "20",
            "madeira": "30",
            "lisbon": "11",
            "grande lisboa": "11",
            "oporto": "13",
        },
    }
)
"""Names of regions that are in use beside those of ISO 3166-2."""


def _zones_by_region() -> dict[tuple[str, str], Zones]:
    zones: dict[tuple[str, str], Zones] = {}
    for country, regions in _REGIONS.items():
        for zone, codes in regions.items():
            for code in codes.split():
                zones[country, code] = (*zones.get((country, code), ()), zone)
    return zones


REGION_ZONES = MappingProxyType(_zones_by_region())
"""The zones of each region, by country and region's code."""
