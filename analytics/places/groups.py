"""Groups of countries that sales people speak of. Pure.

Continents and their parts are those of the United Nations (M49, https://unstats.un.org/unsd/methodology/m49/);
EMEA, APAC and the like are custom, and no standard says what is in them: the pages show the countries coloured.
"""

NORTHERN_AMERICA = "BM CA GL PM US"
CENTRAL_AMERICA = "BZ CR GT HN MX NI PA SV"
CARIBBEAN = "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"
SOUTH_AMERICA = "AR BO BR CL CO EC FK GF GY PE PY SR UY VE"
NORTHERN_EUROPE = "AX DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ"
WESTERN_EUROPE = "AT BE CH DE FR LI LU MC NL"
SOUTHERN_EUROPE = "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK"
EASTERN_EUROPE = "BG BY CZ HU MD PL RO RU SK UA"
NORTHERN_AFRICA = "DZ EG EH LY MA SD TN"
WEST_AFRICA = "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG"
CENTRAL_AFRICA = "AO CD CF CG CM GA GQ ST TD"
EAST_AFRICA = "BI DJ ER ET KE KM MG MU MW MZ RE RW SC SO SS TZ UG YT ZM ZW"
SOUTHERN_AFRICA = "BW LS NA SZ ZA"
WESTERN_ASIA = "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE"
CENTRAL_ASIA = "KG KZ TJ TM UZ"
SOUTHERN_ASIA = "AF BD BT IN IR LK MV NP PK"
EAST_ASIA = "CN HK JP KP KR MN MO TW"
SOUTHEAST_ASIA = "BN ID KH LA MM MY PH SG TH TL VN"
OCEANIA = "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV VU WF WS"
GULF = "AE BH KW OM QA SA"
EUROPEAN_UNION = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

AFRICA = f"{NORTHERN_AFRICA} {WEST_AFRICA} {CENTRAL_AFRICA} {EAST_AFRICA} {SOUTHERN_AFRICA}"
EUROPE = f"{NORTHERN_EUROPE} {WESTERN_EUROPE} {SOUTHERN_EUROPE} {EASTERN_EUROPE}"
ASIA = f"{WESTERN_ASIA} {CENTRAL_ASIA} {SOUTHERN_ASIA} {EAST_ASIA} {SOUTHEAST_ASIA}"
LATIN_AMERICA = f"{CENTRAL_AMERICA} {CARIBBEAN} {SOUTH_AMERICA}"
MIDDLE_EAST = "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE"
MENA = f"{MIDDLE_EAST} {NORTHERN_AFRICA}"
ASIA_PACIFIC = f"{EAST_ASIA} {SOUTHEAST_ASIA} {SOUTHERN_ASIA.replace('IR ', '')} {OCEANIA}"

# Names in English, Spanish and Russian, in lower case without accents, and the countries.
GROUPS: dict[tuple[str, ...], str] = {
    ("emea",): f"{EUROPE} {MIDDLE_EAST} {AFRICA}",
    ("apac", "asia pacific", "asia pacifico", "атр", "азиатско тихоокеанскии регион"): ASIA_PACIFIC,
    ("apj", "japac"): ASIA_PACIFIC,
    ("latam", "latin america", "america latina", "latinoamerica", "латинская америка"): LATIN_AMERICA,
    ("lac", "latin america and caribbean"): LATIN_AMERICA,
    ("na", "noram", "namer", "amer north", "north america", "norteamerica", "america del norte",
     "северная америка"): "CA MX US",
    ("northern america", "us canada", "us and canada"): "CA US",
    ("amer", "ams", "americas", "the americas", "america", "америка"): f"{NORTHERN_AMERICA} {LATIN_AMERICA}",
    ("central america", "centroamerica", "america central", "центральная америка"): CENTRAL_AMERICA,
    ("caribbean", "caribe", "карибы"): CARIBBEAN,
    ("south america", "sudamerica", "suramerica", "america del sur", "южная америка"): SOUTH_AMERICA,
    ("southern cone", "cono sur"): "AR CL UY",
    ("europe", "europa", "eu rope", "европа"): EUROPE,
    ("eu", "european union", "ue", "union europea", "ес", "европеискии союз"): EUROPEAN_UNION,
    ("dach", "d a ch"): "AT CH DE",
    ("benelux", "бенилюкс"): "BE LU NL",
    ("nordics", "nordic", "nordic countries", "paises nordicos", "северные страны"): "DK FI IS NO SE",
    ("scandinavia", "escandinavia", "скандинавия"): "DK NO SE",
    ("baltics", "baltic states", "balticos", "прибалтика", "страны балтии"): "EE LT LV",
    ("uk i", "uki", "uk and ireland", "uk ireland", "british isles"): "GB IE",
    ("iberia", "iberian peninsula", "peninsula iberica"): "ES PT",
    ("cee", "central and eastern europe", "цве"): "AL BA BG CZ EE HR HU LT LV ME MK PL RO RS SI SK",
    ("eastern europe", "europa del este", "europa oriental", "восточная европа"): EASTERN_EUROPE,
    ("western europe", "europa occidental", "западная европа"): f"{WESTERN_EUROPE} GB IE",
    ("southern europe", "europa del sur", "южная европа"): SOUTHERN_EUROPE,
    ("northern europe", "europa del norte", "северная европа"): NORTHERN_EUROPE,
    ("balkans", "balcanes", "балканы"): "AL BA BG GR HR ME MK RO RS SI XK",
    ("cis", "cei", "снг", "commonwealth of independent states"): "AM AZ BY KG KZ RU TJ UZ",
    ("caucasus", "caucaso", "кавказ", "закавказье"): "AM AZ GE",
    ("asia", "азия"): ASIA,
    ("central asia", "asia central", "средняя азия", "центральная азия"): CENTRAL_ASIA,
    ("east asia", "asia oriental", "восточная азия"): EAST_ASIA,
    ("south asia", "asia del sur", "южная азия"): SOUTHERN_ASIA,
    ("sea", "asean", "southeast asia", "south east asia", "sudeste asiatico", "юго восточная азия"): SOUTHEAST_ASIA,
    ("middle east", "oriente medio", "oriente proximo", "ближнии восток"): MIDDLE_EAST,
    ("mena", "middle east and north africa", "middle east north africa"): MENA,
    ("gcc", "gulf", "gulf states", "paises del golfo", "персидскии залив"): GULF,
    ("africa", "африка"): AFRICA,
    ("north africa", "northern africa", "norte de africa", "северная африка"): NORTHERN_AFRICA,
    ("sub saharan africa", "ssa", "africa subsahariana"):
        f"{WEST_AFRICA} {CENTRAL_AFRICA} {EAST_AFRICA} {SOUTHERN_AFRICA}",
    ("oceania", "океания"): OCEANIA,
    ("anz", "australia and new zealand", "australia new zealand"): "AU NZ",
}  # fmt: skip

# What people call countries beside their names in the Unicode CLDR; in lower case without accents.
ALIASES: dict[str, str] = {
    "america": "", "usa": "US", "u s": "US", "u s a": "US", "united states of america": "US", "the united states": "US",
    "ee uu": "US", "eeuu": "US", "estados unidos de america": "US", "сша": "US", "штаты": "US",
    "uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "inglaterra": "GB", "gran bretana": "GB", "англия": "GB", "великобритания": "GB",
    "uae": "AE", "emirates": "AE", "eau": "AE", "оаэ": "AE", "эмираты": "AE",
    "korea": "KR", "republic of korea": "KR", "south korea": "KR", "north korea": "KP", "корея": "KR",
    "russian federation": "RU", "federacion rusa": "RU", "россииская федерация": "RU", "рф": "RU",
    "czech republic": "CZ", "republica checa": "CZ", "holland": "NL", "holanda": "NL", "голландия": "NL",
    "the netherlands": "NL", "ivory coast": "CI", "costa de marfil": "CI", "burma": "MM", "swaziland": "SZ",
    "macedonia": "MK", "turkey": "TR", "turquia": "TR", "viet nam": "VN", "hong kong": "HK", "macau": "MO",
    "palestine": "PS", "drc": "CD", "congo": "CG", "slovak republic": "SK",
    "andalusia": "ES", "catalonia": "ES", "comunitat valenciana": "ES", "brasil": "BR", "mejico": "MX",
    "peru": "PE", "белоруссия": "BY", "киргизия": "KG", "молдавия": "MD", "туркмения": "TM", "cape verde": "CV",
    "vatican": "VA", "ksa": "SA", "rsa": "ZA", "prc": "CN", "roc": "TW", "deutschland": "DE", "espana": "ES",
    "italia": "IT", "polska": "PL", "sverige": "SE", "norge": "NO", "danmark": "DK", "suomi": "FI", "schweiz": "CH",
    "osterreich": "AT", "belgie": "BE", "belgique": "BE", "nederland": "NL", "suisse": "CH",
}  # fmt: skip
