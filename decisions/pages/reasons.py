"""Why: what a change of the win rate is made of, and what goes with winning; or that nothing here explains it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.documents import MISSING
from decisions.pages.names import Names
from decisions.pages.words import bounded, moved_by, odds_in_words

Document = Mapping[str, Any]
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """`sentence` is the result, `says` what it rests on; `items` (name, figure, tone) the details. `found`: something
    was, as opposed to nothing, which is a result as well."""

    sentence: str
    says: str = ""
    items: list[tuple[str, str, str]] = field(default_factory=list)
    found: bool = False


def pairs_of_reasons(win_rate: Document | None, drivers: Document | None) -> Iterator[tuple[str, str]]:
    """What `names_of` must know for the reasons."""
    for each in (win_rate or {}).get("decompositions", []):
        yield each["by"], ""
        for effect in each["effects"]:
            yield each["by"], effect["key"]
    for driver in (drivers or {}).get("drivers", []):
        yield driver["feature"], driver["level"]


def telling(document: Document) -> Mapping[str, Any] | None:
    """The decomposition that tells most: of those that see more than chance, the one with a group whose part in the
    change is furthest from its share of the deals. Where all groups moved alike, none tells more than the whole."""
    real = [each for each in document["decompositions"] if each["says"] in ("mix", "rate", "both")]
    return max(real, key=_sharpness, default=None)


def _sharpness(found: Mapping[str, Any]) -> float:
    change = sum(_whole(effect) for effect in found["effects"])
    said = (effect for effect in found["effects"] if effect["key"] != MISSING)
    return max((abs(_whole(effect) - change * _share(effect)) for effect in said), default=0.0)


def _share(effect: Mapping[str, Any]) -> float:
    return float(effect["share_before"] + effect["share_after"]) / 2


def _whole(effect: Mapping[str, Any]) -> float:
    return float(effect["mix"] + effect["rate"] + effect["both"])


def reason_of_change(document: Document | None, names: Names, numbers: Numbers) -> Reason | None:
    """What the change is made of. None where there is no analysis."""
    if document is None:
        return None
    change = document["change"]
    if change is None or not change["significant"]:
        return Reason(
            _("There is no change to explain."),
            _("The difference to the period before is no larger than chance makes it."),
        )
    found = telling(document)
    if found is None:
        return Reason(
            _("Nothing here explains the change."),
            _("No split shows which deals it comes from: neither their mix nor any group's own win rate moved by more "
              "than chance."),
        )  # fmt: skip
    return _made_of(found, names, numbers)


def _made_of(found: Mapping[str, Any], names: Names, numbers: Numbers) -> Reason:
    by = names.dimension(found["by"])
    words = {"by": by.lower(), "mix": moved_by(found["mix"], numbers), "rate": moved_by(found["rate"], numbers)}
    sentence = {
        "mix": _("Other deals came in: the mix by %(by)s changed."),
        "rate": _("Not the mix of deals by %(by)s: the same kind of deal is won more or less often."),
        "both": _("Both: other deals by %(by)s came in, and the same kind is won more or less often."),
    }[found["says"]]
    effects = sorted(found["effects"], key=lambda each: -abs(_whole(each)))[:MOST_SHOWN]
    items = [
        (names.group(found["by"], each["key"]), _effect_in_words(each, numbers), "bad" if _whole(each) < 0 else "good")
        for each in effects
    ]
    says = _("Win rates of the groups: %(rate)s. Mix of the groups: %(mix)s.")
    return Reason(sentence % words, says % words, items, found=True)


def _effect_in_words(effect: Mapping[str, Any], numbers: Numbers) -> str:
    return _("%(points)s of the change; won %(before)s before, %(after)s now") % {
        "points": moved_by(_whole(effect), numbers),
        "before": numbers.value(Unit.SHARE, effect["rate_before"]),
        "after": numbers.value(Unit.SHARE, effect["rate_after"]),
    }


def reason_of_drivers(document: Document | None, names: Names, numbers: Numbers) -> Reason | None:
    """What goes with winning. None where there is no analysis."""
    if document is None:
        return None
    match document["conclusion"]:
        case "drivers":
            return _drivers(document, names, numbers)
        case "nothing":
            return Reason(_("Nothing here explains which deals are won."), _tried(document, numbers))
        case "interactions":
            return Reason(
                _("No field alone goes with winning; pairs of values do."), _tried(document, numbers), found=True
            )
        case "nothing_to_try":
            return Reason(_("No field of the deals could be tried."), _rests(document, numbers))
        case "one_class":
            return Reason(_("All deals ended alike, so nothing can tell won from lost."), _rests(document, numbers))
        case _:
            return Reason(_("Too few deals to tell what goes with winning."), _rests(document, numbers))


def _drivers(document: Document, names: Names, numbers: Numbers) -> Reason:
    real = [each for each in document["drivers"] if each["significant"]]
    surest = sorted(real, key=lambda each: (each["q_value"], each["p_value"]))
    items = [
        (
            names.both(each["feature"], each["level"]),
            odds_in_words(each["odds_ratio"], each["low"], each["high"], numbers),
            "good" if each["odds_ratio"] > 1 else "bad",
        )
        for each in surest[:MOST_SHOWN]
    ]
    sentence = _("This goes with winning or losing, all else held equal (odds against other deals):")
    return Reason(sentence, _tried(document, numbers), items, found=True)


def _tried(document: Document, numbers: Numbers) -> str:
    auc = bounded(document["auc"], document["auc_low"], document["auc_high"])
    words = {
        "levels": numbers.count(len(document["drivers"])), "fields": numbers.count(len(document["tested"])),
        "auc": numbers.figure(Unit.RATIO, auc), "n": numbers.count(document["n"]),
    }  # fmt: skip
    tried = _("%(levels)s values of %(fields)s fields were tried on %(n)s closed deals, corrected for how many.")
    if document["auc"] is None:
        return tried % words
    if (document["auc_low"] or 0) <= 0.5:
        told = _("Together they tell won from lost no better than a coin: AUC %(auc)s; 0.5 is a coin.")
    else:
        told = _("Together they tell won from lost with an AUC of %(auc)s; 0.5 is a coin, 1 is certainty.")
    return f"{tried % words} {told % words}"


def _rests(document: Document, numbers: Numbers) -> str:
    return _("%(won)s won of %(n)s closed.") % {
        "won": numbers.count(document["positives"]), "n": numbers.count(document["n"]),
    }  # fmt: skip
