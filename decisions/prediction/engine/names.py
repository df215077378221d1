"""What the name of a field gives away: fields that are only known once it is over, in English, Russian and Spanish."""

import re
import unicodedata

_END = r"lost|loss|lose|losing|won|win|winning|close|closed|closing|outcome|reject\w*|refus\w*|cancel\w*|disqualif\w*"
_THING = r"deal|lead|call|opportunity|opp|sale|order"

_AFTER = (
    rf"(?<!expected)(?<!planned)(^|_)({_END})_(reason|cause|why|comment|note|code|detail|date|day|month|quarter|year|on|at|time|value|amount)s?$",
    rf"(^|_)(reason|cause|why)_(of_|for_)?(the_)?({_END})",
    rf"^(({_THING})_)?(status|stage|outcome|result|disposition|is_won|is_lost|is_closed|won|lost|closed)$",
    rf"^(({_THING})_)?(is_|was_)?(converted|conversion|churned|signed|paid)(_(on|at|date|flag|status))?$",
    r"^((win|won|close|closing|conversion|deal|forecast)_)?probability$|^forecast_category$",
    r"(^|_)actual_(close|revenue|value|amount)|(^|_)(invoice|payment|signature|contract)_(date|number|on|at)$",
    r"причин\w*_(отказ|проигрыш|потер|закрыт)|(отказ|проигрыш)\w*_причин|дата_(закрыт|оплат|подписан|договор)",
    r"^((сделк|лид|звонк)\w*_)?(статус|этап|стадия|результат|итог|исход)(_(сделк|лид|звонк)\w*)?$",
    r"(motivo|razon|causa)_(de_)?(la_)?(perdid|rechaz|cancel|cierre)|fecha_(de_)?(cierre|pago|firma)",
    r"^(resultado|etapa|ganad[oa]|perdid[oa])(_(de_)?(la_|del_)?(venta|llamada|oportunidad|trato))?$",
)
_DURATION = (
    r"(^|_)durations?($|_)|(^|_)(sales_)?cycle(_(days|time|length))?$|(^|_)cycle_(days|time|length)",
    r"(^|_)days_(to|until|till|before)_(close|closing|win|won|convert|conversion|outcome|sale)|(^|_)days_(open|in_pipeline)$",
    rf"(^|_)({_THING}|talk|conversation|handle|handling)_(length|seconds|minutes)$|(^|_)(talk|handle|handling)_time$|(^|_)age_(at|on)_clos",
    r"(^|_)(длительност|продолжительност)\w*|(^|_)цикл_сделк",
    r"(^|_)duracion($|_)|(^|_)ciclo_(de_)?venta",
)
_LAST = (
    r"(^|_)(last|latest|most_recent)_(\w+_)?(activity|activities|contact|contacted|touch|touchpoint|call|called|email"
    r"|mail|meeting|visit|seen|modified|modification|changed?|updated?|event|interaction|engagement|reply|response)(_|$)",
    r"(^|_)(modified|updated|changed)(_(on|at|date|time|by))?$|^next_(step|activity|meeting|call|task)(_(on|at|date))?$",
    r"(^|_)days_since_(last|latest)_",
    r"(^|_)последн\w*_(\w+_)?(активност|контакт|звон|касани|встреч|письм|действ|изменен|обновлен)",
    r"(^|_)ultim[oa]_(\w+_)?(actividad|contacto|llamada|correo|reunion|cambio|visita|modificacion)",
)
_RULES = [
    (why, re.compile("|".join(patterns)))
    for why, patterns in (("last_activity", _LAST), ("after_outcome", _AFTER), ("duration", _DURATION))
]


def given_away(field: str) -> str | None:
    """last_activity | after_outcome | duration, or None: by the last part of a dotted name ("custom.deals.x")."""
    name = plain_name(field)
    return next((why for why, pattern in _RULES if pattern.search(name)), None)


def plain_name(field: str) -> str:
    """Lower case, words joined by "_", no accents on Latin letters: "Last Notable Activity" → last_notable_activity."""
    last = field.rsplit(".", 1)[-1]
    words = re.sub(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])", "_", last)
    spread = unicodedata.normalize("NFD", words.lower())
    bare = re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", spread)
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFC", bare)).strip("_")
