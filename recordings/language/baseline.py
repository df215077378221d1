"""A plain keyword matcher with the same outputs: the yardstick that the understanding must beat.

It uses a short, fair list of the words that anybody would look for first, and no context, no negation, no
training.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from recordings.language.lexicon import lexicon
from recordings.language.text import fold
from recordings.language.types import Call

_KEYWORDS: dict[str, dict[str, str]] = {
    "en": {
        "purchase": "buy|order|sign|take it|deal", "pricing": "price|cost|how much|rate", "demo": "demo|trial|show",
        "product_information": "how does|does it|what is|include|feature", "meeting": "meet|appointment|schedule",
        "callback": "call me|call back|later|busy", "send_information": "send|email", "negotiation": "discount|cheaper",
        "not_interested": "not interested|no thanks", "complaint": "complain|terrible|unacceptable|refund",
        "support": "not working|help|broken|error|problem", "cancellation": "cancel",
        "price": "expensive|budget|afford", "timing": "not now|next year|think about|busy",
        "authority": "my boss|my wife|my husband|manager|decide", "need": "don't need|no need|already have",
        "competitor": "competitor|another company|other company", "trust": "trust|scam|never heard|reviews",
        "feature": "doesn't have|missing|integration|too complicated",
        "promise": "i'll|i will|we'll|we will", "recording_disclosure": "recorded", "identification": "my name is|this is",
        "consent": "i agree|that's fine", "terms_disclosure": "contract|cancel|per month|a month",
        "do_not_call": "don't call|stop calling|off your list", "guarantee_claim": "guarantee",
        "pressure": "only today|last chance|right now",
    },
    "es": {
        "purchase": "comprar|contratar|firmar|pedido|me lo quedo", "pricing": "precio|cuesta|cuanto", "demo": "demo|prueba|ver",
        "product_information": "como funciona|que incluye|tiene", "meeting": "reunion|cita|agendar",
        "callback": "llameme|llamame|mas tarde|ocupado", "send_information": "envieme|mandeme|correo",
        "negotiation": "descuento|mas barato", "not_interested": "no me interesa|no gracias",
        "complaint": "queja|pesimo|inaceptable|reclamo", "support": "no funciona|ayuda|error|problema",
        "cancellation": "cancelar|baja", "price": "caro|presupuesto", "timing": "ahora no|el proximo ano|pensar",
        "authority": "mi jefe|mi esposa|mi marido|mi socio|decide", "need": "no necesito|no hace falta|ya tengo",
        "competitor": "competencia|otra empresa", "trust": "confio|estafa|no los conozco|opiniones",
        "feature": "no tiene|falta|integra|complicado", "promise": "le envio|le mando|le llamo|voy a|vamos a",
        "recording_disclosure": "grabada|grabando", "identification": "mi nombre es|me llamo|soy", "consent": "de acuerdo",
        "terms_disclosure": "contrato|permanencia|al mes", "do_not_call": "no me llame|no vuelvan",
        "guarantee_claim": "garantizo|garantizado", "pressure": "solo hoy|ultima oportunidad|ahora mismo",
    },
    "ru": {
        "purchase": "беру|куп|оформ|подпис|заказ", "pricing": "цена|сколько|стоимость|стоит", "demo": "демо|показ|попробовать",
        "product_information": "как работает|что входит|есть ли", "meeting": "встреч|записать",
        "callback": "перезвон|позже|неудобно|занят", "send_information": "пришлите|отправьте|почту",
        "negotiation": "скидк|дешевле", "not_interested": "не интересно|не надо|спасибо нет",
        "complaint": "жалоб|ужас|безобраз|верните", "support": "не работает|помогите|ошибка|проблема",
        "cancellation": "отменить|расторг|отключ", "price": "дорого|бюджет", "timing": "не сейчас|позже|подума",
        "authority": "директор|начальник|жена|муж|решает", "need": "не нужно|не надо|уже есть",
        "competitor": "конкурент|другая компания|другой", "trust": "доверя|мошенник|не слышал|отзывы",
        "feature": "нет интеграции|не хватает|сложно", "promise": "отправлю|пришлю|перезвоню|сделаю|позвоню",
        "recording_disclosure": "записывается|запись", "identification": "меня зовут|это", "consent": "согласен|не против",
        "terms_disclosure": "договор|расторг|в месяц", "do_not_call": "не звоните|удалите",
        "guarantee_claim": "гарантирую|гарантия", "pressure": "только сегодня|последний шанс|прямо сейчас",
    },
}


@lru_cache(maxsize=256)
def _pattern(language: str, kind: str) -> re.Pattern[str]:
    source = _KEYWORDS[language].get(kind, "(?!)")
    return re.compile(rf"\b(?:{source})")


def keyword_lines(call: Call, kinds: tuple[str, ...], roles: tuple[str, ...]) -> set[tuple[int, str]]:
    """(line, kind) for every keyword found in lines of the roles."""
    return {
        (line.position, kind)
        for line in call.lines
        if line.role in roles
        for kind in kinds
        if _pattern(call.language, kind).search(fold(line.text))
    }


def keyword_questions(call: Call) -> set[int]:
    return {line.position for line in call.lines if "?" in line.text}


def keyword_promises(call: Call) -> dict[int, date | None]:
    """Lines with a promise word, and the first weekday or "tomorrow" named in them."""
    found: dict[int, date | None] = {}
    for position, _ in keyword_lines(call, ("promise",), ("agent", "customer")):
        found[position] = _keyword_day(call, call.lines[position].text)
    return found


def _keyword_day(call: Call, text: str) -> date | None:
    tables = lexicon(call.language)
    for word in re.findall(r"\w+", fold(text)):
        if call.day and word in tables.table("weekdays"):
            return call.day + timedelta(days=(tables.table("weekdays")[word] - call.day.weekday() - 1) % 7 + 1)
        if call.day and tables.table("relative").get(word) is not None:
            return call.day + timedelta(days=int(tables.table("relative")[word]))
    return None


def keyword_outcome(call: Call) -> str:
    """The last keyword of the call decides; without one, the commonest outcome."""
    order = {"purchase": "converted", "not_interested": "not_qualified", "callback": "callback", "demo": "qualified"}
    found = sorted(keyword_lines(call, tuple(order), ("customer",)))
    return order[found[-1][1]] if found else "qualified"
