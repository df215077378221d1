"""A rule as a sentence that a person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.kinds import KINDS, MEASURES, value_of

Translate = Callable[[str], str]
MOST_QUOTED = 3

SPEAKERS = {
    "agent": gettext_noop("The agent"),
    "customer": gettext_noop("The customer"),
    "any": gettext_noop("Somebody"),
}
MEASURE_NAMES = {
    "talk_share": gettext_noop("share of the talk"),
    "longest_monologue": gettext_noop("longest monologue"),
    "words_per_minute": gettext_noop("words per minute"),
    "interruptions": gettext_noop("interruptions"),
    "questions": gettext_noop("questions"),
    "turns": gettext_noop("turns"),
    "patience": gettext_noop("pause before an answer"),
    "longest_silence": gettext_noop("longest silence"),
    "duration": gettext_noop("length of the talk"),
}
UNITS = {
    "percent": gettext_noop("per cent"), "seconds": gettext_noop("seconds"), "words": "", "times": "",
}  # fmt: skip
INTENT_NAMES = {
    "purchase": gettext_noop("wants to buy"),
    "pricing": gettext_noop("asks for the price"),
    "product_information": gettext_noop("asks about the product"),
    "demo": gettext_noop("wants a demonstration"),
    "meeting": gettext_noop("wants a meeting"),
    "callback": gettext_noop("wants to be called back"),
    "send_information": gettext_noop("wants something sent"),
    "negotiation": gettext_noop("negotiates"),
    "not_interested": gettext_noop("is not interested"),
    "complaint": gettext_noop("complains"),
    "support": gettext_noop("needs help"),
    "cancellation": gettext_noop("wants to cancel"),
    "next_step": gettext_noop("agrees to a next step"),
}
OBJECTION_NAMES = {
    "any": gettext_noop("an objection"),
    "price": gettext_noop("an objection to the price"),
    "timing": gettext_noop("an objection to the time"),
    "authority": gettext_noop("that somebody else decides"),
    "need": gettext_noop("that there is no need"),
    "competitor": gettext_noop("a competitor"),
    "trust": gettext_noop("a lack of trust"),
    "feature": gettext_noop("that something is missing"),
}


def describe(rule: Mapping[str, Any], translate: Translate = str) -> str:
    """One sentence without a full stop, in English or as `translate` puts it; a rule that cannot be read is told so."""
    kind = rule.get("kind")
    if kind not in KINDS:
        return translate(gettext_noop("a rule that cannot be read"))
    return _DESCRIBERS[str(kind)](rule, translate)


def _texts(texts: Any, translate: Translate) -> str:
    shown = ", ".join(f"“{each}”" for each in texts[:MOST_QUOTED])
    more = len(texts) - MOST_QUOTED
    return shown if more <= 0 else translate(gettext_noop("%(texts)s and %(more)d more")) % {
        "texts": shown, "more": more,
    }  # fmt: skip


def _who(rule: Mapping[str, Any], translate: Translate) -> str:
    return translate(SPEAKERS[value_of(rule, "who")])


def _said(rule: Mapping[str, Any], translate: Translate) -> str:
    need, phrases = value_of(rule, "need"), value_of(rule, "phrases")
    values = {"who": _who(rule, translate), "texts": _texts(phrases, translate), "need": need}
    if need > 1:
        return translate(gettext_noop("%(who)s says at least %(need)d of: %(texts)s")) % values
    if len(phrases) > 1:
        return translate(gettext_noop("%(who)s says one of: %(texts)s")) % values
    return translate(gettext_noop("%(who)s says %(texts)s")) % values


def _meaning(rule: Mapping[str, Any], translate: Translate) -> str:
    values = {"who": _who(rule, translate), "text": value_of(rule, "text")}
    return translate(gettext_noop("%(who)s says, in whatever words: “%(text)s”")) % values


def _asked(rule: Mapping[str, Any], translate: Translate) -> str:
    questions, need = value_of(rule, "questions"), value_of(rule, "need")
    values = {"who": _who(rule, translate), "texts": _texts(questions, translate), "need": need}
    if questions:
        return translate(gettext_noop("%(who)s asks, in whatever words, at least %(need)d of: %(texts)s")) % values
    if value_of(rule, "open"):
        return translate(gettext_noop("%(who)s asks at least %(need)d open questions")) % values
    return translate(gettext_noop("%(who)s asks at least %(need)d questions")) % values


def _forbidden(rule: Mapping[str, Any], translate: Translate) -> str:
    texts = (*value_of(rule, "phrases"), *value_of(rule, "meanings"))
    values = {"who": _who(rule, translate), "texts": _texts(texts, translate)}
    return translate(gettext_noop("%(who)s never says: %(texts)s")) % values


def _intent(rule: Mapping[str, Any], translate: Translate) -> str:
    what = translate(INTENT_NAMES[value_of(rule, "intent")])
    return translate(gettext_noop("The customer %(what)s")) % {"what": what}


def _answered(rule: Mapping[str, Any], translate: Translate) -> str:
    answers = value_of(rule, "answers")
    values = {
        "what": translate(OBJECTION_NAMES[value_of(rule, "objection")]), "turns": value_of(rule, "turns"),
        "need": value_of(rule, "need"), "texts": _texts(answers, translate),
    }  # fmt: skip
    if answers:
        sentence = gettext_noop(
            "Where the customer raises %(what)s, the agent answers within %(turns)d turns with at least %(need)d of: "
            "%(texts)s"
        )
        return translate(sentence) % values
    sentence = gettext_noop("Where the customer raises %(what)s, the agent answers with substance in %(turns)d turns")
    return translate(sentence) % values


def _talk(rule: Mapping[str, Any], translate: Translate) -> str:
    measure = value_of(rule, "measure")
    unit = UNITS[MEASURES[measure]]
    values = {
        "who": _who(rule, translate), "measure": translate(MEASURE_NAMES[measure]),
        "bounds": _bounds(rule, translate), "unit": translate(unit) if unit else "",
    }  # fmt: skip
    return (translate(gettext_noop("%(who)s, %(measure)s: %(bounds)s %(unit)s")) % values).strip()


def _bounds(rule: Mapping[str, Any], translate: Translate) -> str:
    low, high = rule.get("at_least"), rule.get("at_most")
    values = {"low": f"{low or 0:g}", "high": f"{high or 0:g}"}
    if low is not None and high is not None:
        return translate(gettext_noop("%(low)s to %(high)s")) % values
    if low is not None:
        return translate(gettext_noop("at least %(low)s")) % values
    return translate(gettext_noop("at most %(high)s")) % values


def _timing(rule: Mapping[str, Any], translate: Translate) -> str:
    seconds, turns = rule.get("seconds"), rule.get("turns")
    values = {"of": describe(rule["of"], translate), "seconds": f"{seconds or 0:g}", "turns": turns or 0}
    begins = value_of(rule, "from")
    if begins == "start":
        return translate(gettext_noop("%(of)s: within the first %(seconds)s seconds")) % values
    if begins == "end":
        return translate(gettext_noop("%(of)s: within the last %(seconds)s seconds")) % values
    values["after"] = describe(rule["after"], translate)
    if turns:
        return translate(gettext_noop("%(of)s: within %(turns)d turns after: %(after)s")) % values
    return translate(gettext_noop("%(of)s: within %(seconds)s seconds after: %(after)s")) % values


def _count(rule: Mapping[str, Any], translate: Translate) -> str:
    values = {"of": describe(rule["of"], translate), "bounds": _bounds(rule, translate)}
    return translate(gettext_noop("%(of)s: %(bounds)s times")) % values


def _listed(rules: Any, translate: Translate, sign: str) -> str:
    return f" {sign} ".join(f"({describe(each, translate)})" for each in rules)


def _order(rule: Mapping[str, Any], translate: Translate) -> str:
    steps = _listed(value_of(rule, "steps"), translate, "→")
    return translate(gettext_noop("In this order: %(steps)s")) % {"steps": steps}


def _all(rule: Mapping[str, Any], translate: Translate) -> str:
    return _listed(value_of(rule, "rules"), translate, translate(gettext_noop("and")))


def _any(rule: Mapping[str, Any], translate: Translate) -> str:
    return _listed(value_of(rule, "rules"), translate, translate(gettext_noop("or")))


def _not(rule: Mapping[str, Any], translate: Translate) -> str:
    return translate(gettext_noop("Not: %(rule)s")) % {"rule": describe(rule["rule"], translate)}


def _when(rule: Mapping[str, Any], translate: Translate) -> str:
    values = {"if": describe(rule["if"], translate), "then": describe(rule["then"], translate)}
    return translate(gettext_noop("Where (%(if)s): %(then)s")) % values


def _rubric(rule: Mapping[str, Any], translate: Translate) -> str:
    return translate(gettext_noop("A language model judges: %(text)s")) % {"text": value_of(rule, "text")}


_DESCRIBERS: Mapping[str, Callable[[Mapping[str, Any], Translate], str]] = {
    "said": _said, "meaning": _meaning, "asked": _asked, "forbidden": _forbidden, "intent": _intent,
    "answered": _answered, "talk": _talk, "timing": _timing, "count": _count, "order": _order, "all": _all,
    "any": _any, "not": _not, "when": _when, "rubric": _rubric,
}  # fmt: skip
