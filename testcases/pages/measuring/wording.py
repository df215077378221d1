"""Figures of tests as people read them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prompts.pages.evaluating.spans import ZeroSpan, zero_span
from prompts.pages.evaluating.wording import MINUS, NOTHING, percent, signed, span, whole
from prompts.pages.evaluating.wording import decimal as plain_decimal
from testcases.statistics.improvement import Change, Improvement
from testcases.statistics.shares import Gap, Mean, Share

__all__ = ["NOTHING", "decimal", "percent", "signed", "span", "whole"]


def decimal(value: float | None, places: int = 2) -> str:
    """With a minus sign, not a hyphen."""
    return plain_decimal(value, places).replace("-", MINUS)


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval on a line of 100; `mark` is what it is held against."""

    at: float
    low: float
    width: float
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in words, `interval` and `rests` (how many) below it; `is_small` where it decides nothing."""

    value: str
    interval: str
    rests: str
    bar: Bar | None
    is_small: bool


def share_figure(share: Share, *, mark: float | None = None) -> Figure:
    """A share of runs or of criteria; `mark` 0 to 1."""
    bar = _bar(share.share, share.low, share.high, mark)
    return Figure(percent(share.share), span(share.low, share.high, hundred=True), runs(share.n), bar, share.is_small)


def score_figure(mean: Mean) -> Figure:
    """A mean of scores, 0 to 100."""
    low, high = (None if end is None else max(0.0, min(100.0, end)) for end in (mean.low, mean.high))
    at, left, right = (None if value is None else value / 100 for value in (mean.mean, low, high))
    bar = _bar(at, left, right, None)
    return Figure(decimal(mean.mean, 0), span(low, high, places=0), runs(mean.n), bar, mean.is_small)


def _bar(at: float | None, low: float | None, high: float | None, mark: float | None) -> Bar | None:
    if at is None:
        return None
    left, right = (100 * (at if end is None else end) for end in (low, high))
    held = None if mark is None else round(100 * mark, 1)
    return Bar(round(100 * at, 1), round(left, 1), round(max(0.0, right - left), 1), held)


def runs(n: int) -> str:
    return ngettext("%(n)s run", "%(n)s runs", n) % {"n": whole(n)}


def people(n: int) -> str:
    return ngettext("%(n)s agent", "%(n)s agents", n) % {"n": whole(n)}


@dataclass(frozen=True, slots=True)
class Moved:
    """A change in words: its size, interval, what it means, and its bar about zero; `tone` good, bad or empty."""

    value: str
    interval: str
    said: str
    tone: str
    bar: ZeroSpan | None


def gap_moved(gap: Gap, *, sure: bool | None = None) -> Moved:
    """A difference of shares in points; `sure` overrules what its own interval says."""
    beyond = _beyond(gap.low, gap.high) if sure is None else (_sign(gap.difference) if sure else "")
    hundred = None if gap.difference is None else 100 * gap.difference
    bar = zero_span(gap.difference, gap.low, gap.high, 1.0)
    return Moved(signed(hundred, 0), span(gap.low, gap.high, hundred=True), "", beyond, bar)


def improvement_moved(found: Improvement) -> Moved:
    """Whether people get better, in a sentence."""
    tone = _beyond(found.low, found.high)
    if found.method == "none" or found.slope is None:
        said = _("Too little to tell: it takes agents who played more than once.")
        return Moved(NOTHING, "", said, "", None)
    if found.method == "mixed":
        unit = _("points of 100 in 30 days, by a mixed model over %(people)s, each case's difficulty taken out")
    else:
        unit = _("points of 100 from the first to the last try of the same case, by %(people)s")
    said = unit % {"people": people(found.people)}
    if not tone:
        said = _("%(what)s. Chance alone may do that.") % {"what": said}
    return Moved(
        signed(found.slope, 1), span(found.low, found.high, places=1), said, tone,
        zero_span(found.slope, found.low, found.high, 20.0),
    )  # fmt: skip


def change_moved(change: Change, *, has_measure: bool = True) -> Moved:
    """Before and after a training, in points of a hundred."""
    if not has_measure:
        return Moved(NOTHING, "", _("Real calls do not tell these skills."), "", None)
    if change.kind == "none" or change.difference is None:
        return Moved(NOTHING, "", _("Nobody has results both before and after yet."), "", None)
    names = {"n": people(change.treated), "others": people(change.controls)}
    if change.kind == "controlled":
        said = _("%(n)s with it, less the change of %(others)s without it") % names
    else:
        said = _("%(n)s, before and after; too few others to compare with, so that time alone may explain it") % names
    tone = _beyond(change.low, change.high)
    bar = zero_span(change.difference, change.low, change.high, 0.6)
    return Moved(signed(100 * change.difference, 0), span(change.low, change.high, hundred=True), said, tone, bar)


def p_words(value: float | None) -> str:
    if value is None:
        return NOTHING
    return "< " + decimal(0.001, 3) if value < 0.001 else decimal(value, 3)


def _beyond(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    return "good" if low > 0 else "bad" if high < 0 else ""


def _sign(value: float | None) -> str:
    return "" if not value else "good" if value > 0 else "bad"
