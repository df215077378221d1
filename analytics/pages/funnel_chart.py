"""A funnel as it is shown: a bar per step, what was lost after it, and the same as a table. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analytics.charts import Entry, Numbers, Table
from analytics.funnel import Comparison, Funnel, Step
from analytics.metrics import Unit
from analytics.pages.look import Look
from analytics.questions import Figure

Address = Callable[[int, Step], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """`width` of the bar in hundredths of all who began; `passed` is the conversion to the next step, in words."""

    name: str
    width: float
    reached: str
    share: str
    url: str
    passed: str = ""
    passed_interval: str = ""
    is_weak: bool = False
    lost: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelView:
    id: str
    title: str
    steps: tuple[StepView, ...]
    summary: str
    table: Table
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.steps


def draw_funnel(look: Look, funnel: Funnel, *, kind: str, title: str = "", pipeline: str = "") -> FunnelView:
    """`kind` of rows that the steps are of: deals, leads, calls."""
    numbers = look.numbers
    address = _addresses(look, kind, pipeline)
    steps = tuple(_step(numbers, k, step, address) for k, step in enumerate(funnel.steps)) if funnel.began else ()
    return FunnelView(
        id=f"funnel-{kind}",
        title=title or _("From step to step"),
        steps=steps,
        summary=_summary(funnel, numbers),
        table=_table(funnel, numbers, address),
        notes=funnel.notes,
    )


def _addresses(look: Look, kind: str, pipeline: str) -> Address:
    """The rows of a step."""
    more = {"pipeline": pipeline} if pipeline else {}
    outcomes: Sequence[Sequence[str]] = (
        (), ("not_qualified", "callback", "qualified", "converted"), ("qualified", "converted"), ("converted",),
    )  # fmt: skip

    def of_deals(k: int, step: Step) -> str:
        if step.conversion is None:
            return look.rows_url("deals", status="won", **more)
        return look.rows_url("deals", reached=step.name, **more)

    def of_leads(k: int, step: Step) -> str:
        return look.rows_url("leads", which=("created", "converted", "won")[k])

    def of_calls(k: int, step: Step) -> str:
        return look.rows_url("calls", **({"outcome": list(outcomes[k])} if outcomes[k] else {}))

    return {"deals": of_deals, "leads": of_leads, "calls": of_calls}[kind]


def _step(numbers: Numbers, k: int, step: Step, address: Address) -> StepView:
    passed = step.conversion
    return StepView(
        name=step.name,
        width=round(100 * float(step.share.value or 0), 2),
        reached=numbers.count(step.reached),
        share=numbers.value(Unit.SHARE, step.share.value),
        url=address(k, step),
        passed=conversion_words(numbers, step),
        passed_interval=numbers.interval(Unit.SHARE, passed) if passed and not step.is_bounded else "",
        is_weak=passed is not None and not passed.enough,
        lost=numbers.count(step.lost_here) if step.lost_here else "",
        days=days_words(numbers, step.days),
    )


def conversion_words(numbers: Numbers, step: Step) -> str:
    """The conversion to the next step; its bounds where no more is known."""
    passed = step.conversion
    if passed is None or (passed.value is None and not step.is_bounded):
        return ""
    if step.is_bounded:
        assert passed.low is not None
        assert passed.high is not None
        low, high = (numbers.value(Unit.SHARE, bound) for bound in (passed.low, passed.high))
        return _("between %(low)s and %(high)s") % {"low": low, "high": high}
    return numbers.value(Unit.SHARE, passed.value)


def days_words(numbers: Numbers, days: Figure | None) -> str:
    if days is None or days.value is None:
        return ""
    return _("%(days)s (%(n)s)") % {"days": numbers.value(Unit.DAYS, days.value), "n": numbers.rests_on(days)}


def _summary(funnel: Funnel, numbers: Numbers) -> str:
    if not funnel.began:
        return _("Nobody began the way in this period.")
    say = {
        "began": numbers.count(funnel.began),
        "won": numbers.count(funnel.won),
        "goal": funnel.steps[-1].name,
        "open": numbers.count(funnel.open),
        "share": numbers.figure(Unit.SHARE, funnel.overall),
    }
    words = _("Of %(began)s, %(won)s reached “%(goal)s” and %(open)s are still under way.") % say
    if funnel.overall.value is not None:
        words += " " + _("Of those whose fate is decided: %(share)s.") % say
    return words


def _table(funnel: Funnel, numbers: Numbers, address: Address) -> Table:
    head = (
        _("Step"), _("Reached"), _("Of all"), _("Went on"), _("Still here"), _("Lost here"), _("Lost somewhere"),
        _("To the next step"), _("Days to the next step"),
    )  # fmt: skip
    rows = tuple(
        (
            Entry(step.name),
            Entry(numbers.count(step.reached), address(k, step)),
            Entry(numbers.value(Unit.SHARE, step.share.value)),
            Entry(numbers.count(step.moved_on) if step.conversion else "–"),
            Entry(numbers.count(step.still_here) if step.conversion else "–"),
            Entry(numbers.count(step.lost_here) if step.conversion else "–"),
            Entry(numbers.count(step.lost_unknown) if step.lost_unknown else "–"),
            Entry(_conversion_entry(numbers, step), "", bool(step.conversion and not step.conversion.enough)),
            Entry(days_words(numbers, step.days) or "–"),
        )
        for k, step in enumerate(funnel.steps)
    )
    return Table(head, rows if funnel.began else ())


def _conversion_entry(numbers: Numbers, step: Step) -> str:
    if step.is_bounded or step.conversion is None:
        return conversion_words(numbers, step) or "–"
    return numbers.figure(Unit.SHARE, step.conversion)


def compare_table(lines: Sequence[Comparison], names: tuple[str, str], numbers: Numbers) -> Table:
    """Conversion step by step of two funnels, and their difference."""
    rows = tuple(
        (
            Entry(line.name or _("The whole way")),
            *(Entry(_conversion_entry(numbers, step), "", bool(step.conversion and not step.conversion.enough))
              for step in (line.a, line.b)),
            Entry(difference_words(line, numbers), "", not line.is_real),
        )
        for line in lines
    )  # fmt: skip
    return Table((_("From"), *names, _("Difference")), rows)


def difference_words(line: Comparison, numbers: Numbers) -> str:
    """In points, with the interval, and whether it may be chance."""
    if line.difference is None or line.low is None or line.high is None:
        return _("not known")
    points, low, high = (f"{'+' if value > 0 else '−' if value < 0 else '±'}{numbers.bare(Unit.SHARE, abs(value))}"
                         for value in (line.difference, line.low, line.high))  # fmt: skip
    words = _("%(points)s pts (%(low)s to %(high)s)") % {"points": points, "low": low, "high": high}
    return words if line.is_real else f"{words}, {_('may be chance')}"
