"""Figures of a sample in words: value, n and interval."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.coaching.comparing import Comparison, Sample, Verdict
from recordings.pages.formatting import decimal, percent


@dataclass(frozen=True, slots=True)
class Told:
    """A comparison in words; `tone` is good, bad or plain."""

    before: str
    after: str
    sentence: str
    tone: str


def value(mean: float | None, *, is_share: bool) -> str:
    return percent(mean) if is_share else decimal(mean)


def counted(n: int) -> str:
    return ngettext("%(n)d call", "%(n)d calls", n) % {"n": n}


def interval(sample: Sample, *, is_share: bool) -> str:
    """`61 % to 83 %`; empty where there is none. Cut to what is possible."""
    if sample.low is None or sample.high is None:
        return ""
    top = 1.0 if is_share else 100.0
    low, high = max(0.0, sample.low), min(top, sample.high)
    return _("%(low)s to %(high)s") % {"low": value(low, is_share=is_share), "high": value(high, is_share=is_share)}


def rests_on(sample: Sample, *, is_share: bool) -> str:
    """`14 calls, 61 % to 83 %`: how many values a figure rests on, and its interval."""
    bounds = interval(sample, is_share=is_share)
    return f"{counted(sample.n)}, {bounds}" if bounds else counted(sample.n)


def sample_words(sample: Sample, *, is_share: bool) -> str:
    """`72 % (14 calls, 61 % to 83 %)`."""
    if sample.mean is None:
        return _("no calls")
    return f"{value(sample.mean, is_share=is_share)} ({rests_on(sample, is_share=is_share)})"


def comparison_words(found: Comparison, *, is_share: bool) -> Told:
    """In plain words whether it moved."""
    before, after = (sample_words(each, is_share=is_share) for each in (found.before, found.after))
    if found.verdict == Verdict.TOO_FEW or found.difference is None:
        return Told(before, after, _("Too few calls to say whether it moved."), "plain")
    bounds = _bounds(found, is_share=is_share)
    if found.verdict == Verdict.CHANCE:
        sentence = _("No difference that can be told apart from chance: the change is %(bounds)s.")
        return Told(before, after, sentence % {"bounds": bounds}, "plain")
    if found.verdict == Verdict.UP:
        sentence = _("It rose by more than chance explains: by %(change)s (%(bounds)s).")
    else:
        sentence = _("It fell by more than chance explains: by %(change)s (%(bounds)s).")
    change = _points(abs(found.difference), is_share=is_share)
    return Told(before, after, sentence % {"change": change, "bounds": bounds},
                "good" if found.verdict == Verdict.UP else "bad")  # fmt: skip


def _points(amount: float, *, is_share: bool) -> str:
    return _("%(n)s points") % {"n": decimal(amount * (100 if is_share else 1), 0 if is_share else 1)}


def _bounds(found: Comparison, *, is_share: bool) -> str:
    assert found.low is not None
    assert found.high is not None
    scale, places = (100, 0) if is_share else (1, 1)
    low, high = (_signed(bound * scale, places) for bound in (found.low, found.high))
    return _("%(low)s to %(high)s points") % {"low": low, "high": high}


def _signed(amount: float, places: int) -> str:
    rounded = round(amount, places)
    sign = "+" if rounded > 0 else "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{decimal(abs(rounded), places)}"
