"""The sentence of each code, without the groups it is about: `wording.sentence` puts those in front."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from decisions.advice.figures import Numbers
from decisions.advice.naming import Names
from decisions.advice.terms import period_name, quality_sentence, risk_names, term

Sentence = Callable[[Numbers, Names], str]


def _dropped(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "relative": figures.percent("relative"),
              "before": figures.value("before"), "after": figures.value("after")}  # fmt: skip
    return _("%(metric)s dropped by %(relative)s, from %(before)s to %(after)s.") % values


def _rose(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "relative": figures.percent("relative"),
              "before": figures.value("before"), "after": figures.value("after")}  # fmt: skip
    return _("%(metric)s rose by %(relative)s, from %(before)s to %(after)s.") % values


def _mix_moved(figures: Numbers, names: Names) -> str:
    values = {"before": figures.share("before"), "after": figures.share("after")}
    return _("win rate went from %(before)s to %(after)s because other deals came, not because they are sold otherwise.") % values  # noqa: E501  # fmt: skip


def _loses(figures: Numbers, names: Names) -> str:
    values = {"rate": figures.share("rate"), "n": figures.count("n"), "rest": figures.share("rest")}
    return _("deals are lost more often than elsewhere: %(rate)s of %(n)s are won, %(rest)s of all the others.") % values  # noqa: E501  # fmt: skip


def _wins(figures: Numbers, names: Names) -> str:
    values = {"rate": figures.share("rate"), "n": figures.count("n"), "rest": figures.share("rest")}
    return _("deals are won more often than elsewhere: %(rate)s of %(n)s, %(rest)s of all the others.") % values


def _source_low(figures: Numbers, names: Names) -> str:
    values = {"rate": figures.share("rate"), "n": figures.count("n"), "rest": figures.share("rest")}
    return _("lead source with low conversion: %(rate)s of its %(n)s deals are won, %(rest)s of all the others.") % values  # noqa: E501  # fmt: skip


def _coaching(figures: Numbers, names: Names) -> str:
    values = {"rate": figures.share("rate"), "n": figures.count("n"), "rest": figures.share("rest")}
    return _("coaching may help: %(rate)s of %(n)s deals are won, %(rest)s of those of the others.") % values


def _above(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "value": figures.value("value"), "limit": figures.value("limit")}
    return _("%(metric)s is %(value)s, above the limit of %(limit)s.") % values


def _below(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "value": figures.value("value"), "limit": figures.value("limit")}
    return _("%(metric)s is %(value)s, below the limit of %(limit)s.") % values


def _unusually_high(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "value": figures.value("value"), "expected": figures.value("expected"),
              "period": figures.period()}  # fmt: skip
    return _("%(metric)s is unusually high: %(value)s in %(period)s, about %(expected)s were to be expected.") % values


def _unusually_low(figures: Numbers, names: Names) -> str:
    values = {"metric": figures.metric, "value": figures.value("value"), "expected": figures.value("expected"),
              "period": figures.period()}  # fmt: skip
    return _("%(metric)s is unusually low: %(value)s in %(period)s, about %(expected)s were to be expected.") % values


def _stage_drop(figures: Numbers, names: Names) -> str:
    values = {"stage": figures.text("stage"), "before": figures.share("before"), "after": figures.share("after")}
    return _("fewer deals pass the stage “%(stage)s”: %(after)s, %(before)s before.") % values


def _forecast_below(figures: Numbers, names: Names) -> str:
    values = {"period": period_name(figures.text("period")), "value": figures.money("value"),
              "target": figures.money("target"), "chance": figures.chance("chance")}  # fmt: skip
    return _("the forecast for %(period)s is %(value)s, the target %(target)s: it is missed with a chance of %(chance)s.") % values  # noqa: E501  # fmt: skip


def _deal_at_risk(figures: Numbers, names: Names) -> str:
    values = {"deal": names.deal(figures.text("deal")), "value": figures.money("value"),
              "risks": risk_names(figures.raw("risks"))}  # fmt: skip
    return _("deal at risk: %(deal)s, worth %(value)s (%(risks)s).") % values


def _follow_ups(figures: Numbers, names: Names) -> str:
    n = int(figures.raw("n") or 0)
    values = {"n": figures.count("n"), "days": figures.count("oldest_days")}
    said = ngettext(
        "%(n)s follow-up is overdue, since %(days)s days.",
        "%(n)s follow-ups are overdue, the oldest since %(days)s days.",
        n,
    )
    return said % values


def _driver(figures: Numbers, names: Names) -> str:
    values = {"feature": term(figures.text("feature")), "odds": figures.factor("odds_ratio")}
    return _("%(feature)s goes together with the win rate: the odds of winning are %(odds)s times those of other deals, all else held equal.") % values  # noqa: E501  # fmt: skip


def _practice(figures: Numbers, names: Names) -> str:
    values = {"feature": names.feature(figures.text("feature")), "odds": figures.factor("odds_ratio")}
    return _("won calls differ from lost ones in “%(feature)s”: the odds of winning are %(odds)s times as high with more of it, for the same agent and segment.") % values  # noqa: E501  # fmt: skip


def _unusual_day(figures: Numbers, names: Names) -> str:
    values = {"day": figures.day("day"), "measure": term(figures.text("measure")),
              "observed": figures.factor("observed"), "expected": figures.factor("expected")}  # fmt: skip
    return _("unusual day: %(measure)s was %(observed)s on %(day)s, %(expected)s were to be expected.") % values


def _unusual_agent(figures: Numbers, names: Names) -> str:
    values = {"measure": term(figures.text("measure")), "observed": figures.factor("observed"),
              "expected": figures.factor("expected")}  # fmt: skip
    return _("unusual: %(measure)s is %(observed)s, %(expected)s were to be expected.") % values


def _unusual_calls(figures: Numbers, names: Names) -> str:
    n = int(figures.raw("n") or 0)
    said = ngettext(
        "%(n)s call differs much from the others in “%(measure)s”.",
        "%(n)s calls differ much from the others in “%(measure)s”.",
        n,
    )
    return said % {"n": figures.count("n"), "measure": term(figures.text("measure"))}


def _data_gap(figures: Numbers, names: Names) -> str:
    note = {"code": figures.text("note"), "n": figures.raw("n"), "of": figures.raw("of"), "about": figures.raw("about")}
    return _("doubtful data: %(what)s") % {"what": quality_sentence(note)}


SENTENCES: dict[str, Sentence] = {
    "rate_dropped": _dropped,
    "dropped": _dropped,
    "rate_rose": _rose,
    "rose": _rose,
    "mix_moved": _mix_moved,
    "loses": _loses,
    "wins": _wins,
    "source_low": _source_low,
    "coaching_needed": _coaching,
    "above_limit": _above,
    "below_limit": _below,
    "unusually_high": _unusually_high,
    "unusually_low": _unusually_low,
    "stage_drop": _stage_drop,
    "forecast_below_target": _forecast_below,
    "deal_at_risk": _deal_at_risk,
    "follow_ups_overdue": _follow_ups,
    "driver_hurts": _driver,
    "driver_helps": _driver,
    "practice": _practice,
    "unusual_day": _unusual_day,
    "unusual_agent": _unusual_agent,
    "unusual_calls": _unusual_calls,
    "data_gap": _data_gap,
}
