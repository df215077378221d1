"""Things heard and measured, and practices, in the reader's language."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from decisions.models import Audience
from recordings.models import ScoreItem, Tracker
from recordings.pages import labels

MEASURES: dict[str, Any] = {
    "talk.agent_share": gettext_lazy("The agent's share of the talk"),
    "talk.agent_monologue": gettext_lazy("The agent's longest monologue"),
    "talk.agent_pace": gettext_lazy("How fast the agent speaks"),
    "talk.patience": gettext_lazy("The agent's pause before answering"),
    "talk.agent_interruptions": gettext_lazy("Interruptions by the agent"),
    "talk.agent_questions": gettext_lazy("The agent's questions"),
    "talk.customer_questions": gettext_lazy("The customer's questions"),
    "talk.silence": gettext_lazy("Share of silence"),
    "talk.turns": gettext_lazy("Changes of speaker"),
    "mood.agent": gettext_lazy("The agent's mood"),
    "mood.customer": gettext_lazy("The customer's mood"),
    "script.adherence": gettext_lazy("Keeping to the script"),
    "script.order": gettext_lazy("Keeping the script's order"),
    "script.improvised": gettext_lazy("Share said outside the script"),
    "score.quality": gettext_lazy("Quality score"),
    "call.duration": gettext_lazy("Length of the call"),
    "call.conversion_probability": gettext_lazy("Conversion probability"),
    "promise.any": gettext_lazy("A promise was made"),
    "promise.dated": gettext_lazy("A promise with a date was made"),
    "promise.customer": gettext_lazy("The customer promised something"),
    "answered.any": gettext_lazy("All objections were answered"),
}
UNITS: dict[str, Any] = {
    "share": gettext_lazy("share"),
    "seconds": gettext_lazy("seconds"),
    "wpm": gettext_lazy("words a minute"),
    "per_10_minutes": gettext_lazy("in 10 minutes"),
    "per_minute": gettext_lazy("a minute"),
    "score": gettext_lazy("from -1 to 1"),
    "points": gettext_lazy("points of 100"),
}
WHY_LEFT_OUT: dict[str, Any] = {
    "outcome": gettext_lazy("it says the result itself"),
    "circular": gettext_lazy("the proposed result was made of it"),
    "constant": gettext_lazy("it does not vary between calls of the same agent"),
    "rare": gettext_lazy("too few calls have it, or too few lack it"),
    "missing": gettext_lazy("too few calls say anything of it"),
}
_KINDS: dict[str, Any] = {
    "intent": gettext_lazy("The customer's wish: %(name)s"),
    "objection": gettext_lazy("Objection: %(name)s"),
    "answered": gettext_lazy("Objection answered: %(name)s"),
    "topic": gettext_lazy("Topic: %(name)s"),
    "compliance": gettext_lazy("Compliance: %(name)s"),
    "criterion": gettext_lazy("Scorecard: %(name)s"),
    "tracker": gettext_lazy("Tracker: %(name)s"),
}
_LABELS: dict[str, Mapping[str, Any]] = {
    "intent": labels.INTENTS, "objection": labels.OBJECTIONS, "answered": labels.OBJECTIONS, "topic": labels.TOPICS,
    "compliance": labels.COMPLIANCE, "criterion": labels.CRITERIA,
}  # fmt: skip
_PRACTICES: dict[str, Any] = {
    "do_it": gettext_lazy("Do this oftener: %(feature)s"),
    "leave_it": gettext_lazy("Do this less often: %(feature)s"),
    "more": gettext_lazy("More of this: %(feature)s"),
    "less": gettext_lazy("Less of this: %(feature)s"),
}
_CONCLUSIONS: dict[str, Any] = {
    "patterns": gettext_lazy("Won calls differ from lost ones."),
    "nothing": gettext_lazy("Nothing that was heard or measured tells won calls from lost ones."),
    "too_little": gettext_lazy("Too few calls were won or lost to compare them."),
    "one_class": gettext_lazy("All calls with a result have the same one, so there is nothing to compare."),
}


def feature_names(codes: Collection[str], audience: Audience) -> dict[str, str]:
    """The name of each feature; trackers and questions of scorecards by their own names. Two queries at most."""
    named = _own_names(codes, audience)
    return {code: _name(code, named) for code in codes}


def _name(code: str, named: Mapping[str, str]) -> str:
    if code in MEASURES:
        return str(MEASURES[code])
    kind, _dot, key = code.partition(".")
    name = named.get(code) or str(_LABELS.get(kind, {}).get(key) or key.replace("_", " "))
    return str(_KINDS[kind]) % {"name": name} if kind in _KINDS else code.replace("_", " ")


def _own_names(codes: Collection[str], audience: Audience) -> dict[str, str]:
    trackers = [code.removeprefix("tracker.") for code in codes if code.startswith("tracker.")]
    keys = [code.removeprefix("criterion.") for code in codes if code.startswith("criterion.")]
    found: dict[str, str] = {}
    if trackers:
        rows = Tracker.objects.filter(client=audience.client_id, pk__in=trackers)
        found |= {f"tracker.{pk}": name for pk, name in rows.values_list("pk", "name")}
    if keys:
        items = ScoreItem.objects.filter(score__call__client=audience.client_id, score__is_current=True, key__in=keys)
        found |= {f"criterion.{key}": name for key, name in items.order_by().values_list("key", "name").distinct()}
    return found


def practice_sentence(practice: Mapping[str, Any], feature: str) -> str:
    """What to do; `feature` is the name of its feature."""
    return str(_PRACTICES[practice["code"]]) % {"feature": feature}


def conclusion_sentence(conclusion: str) -> str:
    return str(_CONCLUSIONS[conclusion])


def note_sentence(note: Mapping[str, Any]) -> str | None:
    """A doubt about the data that patterns are found in; None for codes of others."""
    figures = note.get("figures", {})
    numbers = {"n": note.get("n", 0), "of": note.get("of", 0), **figures}
    match note["code"]:
        case "calls_too_few":
            text = _("%(won)s won and %(lost)s lost calls: at least %(needed)s of each are needed.")
        case "calls_undecided":
            text = _("%(n)s of %(of)s calls have no result and were not compared.")
        case "results_proposed" if figures.get("counted"):
            text = _(
                "%(n)s of %(of)s results were proposed by the analysis itself. What they were made of is left out. "
                "Record results, or link calls to deals."
            )
        case "results_proposed":
            text = _("%(n)s of %(of)s results were only proposed by the analysis and were not counted.")
        case "heard_unreliably":
            text = _("%(n)s of %(of)s things are heard with many mistakes, which makes differences look smaller.")
        case _:
            return None
    return text % numbers
