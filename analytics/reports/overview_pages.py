"""What stands where in the PDF report."""

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.funnel.core import Funnel
from analytics.metrics import METRICS, Interval
from analytics.periods import partial_steps
from analytics.questions import Answer, Cell, Comparison, Filters, Grain
from analytics.reports.chosen import filters_in_words
from analytics.reports.drawings import Course, draw_course, draw_step, draw_whisker
from analytics.reports.paper import ACCENT, BAD, BOTTOM, GOOD, INK, MARGIN, MUTED, WASH, WIDTH, Paper
from analytics.reports.words import (
    NOTHING,
    change_in_words,
    count_in_words,
    interval_in_words,
    is_good,
    moment_in_words,
    period_in_words,
    step_in_words,
    value_in_words,
)
from salesiq.people.models import User

CARD_HEIGHT, GAP, IN_A_ROW = 25.0, 4.0, 4
COURSE_HEIGHT = 56.0
ROW, NAME_WIDTH = 7.0, 40.0


def draw_head(paper: Paper, filters: Filters, compare: Comparison | None, *, user: User) -> None:
    """Title, period, what narrows the figures, who made it and when."""
    top = 14.0
    paper.write_at(MARGIN, top, _("Sales performance"), size=22, bold=True)
    paper.write_at(MARGIN, top + 11, period_in_words(filters.since, filters.until), size=12, colour=ACCENT, bold=True)
    paper.set_y(top + 18)
    before = filters.before(compare) if compare else None
    lines = filters_in_words(filters, user=user)
    if before is not None:
        lines.append(_("Compared with %(period)s") % {"period": period_in_words(before.since, before.until)})
    who = {"user": user.get_full_name() or user.get_username(), "time": moment_in_words(timezone.localtime())}
    lines.append(_("As %(user)s sees it, %(time)s") % who)
    paper.paragraph(" · ".join(lines))
    paper.set_y(paper.y + 3)


def draw_cards(paper: Paper, answer: Answer) -> None:
    """A card for each figure that there is: value, change, what it rests on. Grey where that are too few rows."""
    width = (WIDTH - GAP * (IN_A_ROW - 1)) / IN_A_ROW
    top = paper.y
    cells = [cell for cell in answer.cells if cell.figure.n or cell.figure.value]
    if not cells:
        paper.paragraph(_("There is nothing in this period that these figures count."), size=11, colour=INK)
    for number, cell in enumerate(cells):
        row, column = divmod(number, IN_A_ROW)
        x, y = MARGIN + column * (width + GAP), top + row * (CARD_HEIGHT + GAP)
        _draw_card(paper, cell, answer.currency, x=x, y=y, width=width)
    rows = -(-len(cells) // IN_A_ROW)
    paper.set_y(top + rows * (CARD_HEIGHT + GAP) + 1)


def _draw_card(paper: Paper, cell: Cell, currency: str, *, x: float, y: float, width: float) -> None:
    metric, figure = METRICS[cell.metric], cell.figure
    inner, left = width - 7, x + 3.5
    paper.box(x, y, width, CARD_HEIGHT, fill=WASH)
    paper.write_at(left, y + 3, str(metric.name), size=8.5, colour=MUTED, width=inner)
    shown = value_in_words(figure.value, metric.unit, currency=currency, compact=True)
    paper.write_at(left, y + 8, shown, size=17, bold=True, colour=INK if figure.enough else MUTED, width=inner)
    change = change_in_words(cell.change, metric.unit, currency=currency)
    good = is_good(cell.metric, cell.change)
    colour = MUTED if good is None else GOOD if good else BAD
    paper.write_at(left, y + 16, change, size=8.5, bold=True, colour=colour, width=inner)
    rests_on = _("n = %(n)s") % {"n": count_in_words(figure.n)}
    if not figure.enough and figure.value is not None:
        rests_on = _("%(n)s, too few to compare") % {"n": rests_on}
    paper.write_at(left, y + 20, interval_in_words(figure, metric.unit, currency=currency) or rests_on,
                   size=7.5, colour=MUTED, width=inner)  # fmt: skip


def draw_courses(paper: Paper, answer: Answer, grain: Grain) -> None:
    """Charts two by two, each with its extremes in a sentence."""
    drawn = [metric for metric in answer.question.metrics if any(cell.figure.n for cell in answer.of(metric))]
    courses = [_course(answer, metric, grain) for metric in drawn]
    if not courses:
        return
    paper.section(_("Over time"), needs=COURSE_HEIGHT)
    width = (WIDTH - 8) / 2
    top = paper.y
    for number, course in enumerate(courses):
        if number % 2 == 0 and number and top + 2 * COURSE_HEIGHT > BOTTOM:
            paper.add_page()
            top = paper.y
        elif number % 2 == 0 and number:
            top += COURSE_HEIGHT + 4
        x = MARGIN + (number % 2) * (width + 8)
        draw_course(paper, course, x=x, y=top, width=width, height=COURSE_HEIGHT)
    paper.set_y(top + COURSE_HEIGHT + 1)
    if any(course.partial for course in courses):
        paper.paragraph(_("Dashed: the period holds only a part of that step."), size=8)


def _course(answer: Answer, key: str, grain: Grain) -> Course:
    metric, cells = METRICS[key], answer.of(key)
    values = [None if cell.figure.value is None else float(cell.figure.value) for cell in cells]
    labels = [step_in_words(cell.start, grain) if cell.start else "" for cell in cells]
    partial = partial_steps([cell.start for cell in cells], grain, answer.question.filters)
    whole = [(value, labels[n]) for n, value in enumerate(values) if value is not None and n not in partial]

    def shown(value: float) -> str:
        return value_in_words(value, metric.unit, currency=answer.currency, compact=True)

    said = ""
    if whole:
        low, high = min(whole), max(whole)
        said = _("Lowest %(low)s (%(low_at)s), highest %(high)s (%(high_at)s)") % {
            "low": shown(low[0]), "low_at": low[1], "high": shown(high[0]), "high_at": high[1],
        }  # fmt: skip
    return Course(
        title=str(metric.name),
        labels=labels,
        values=values,
        lows=[cell.figure.low if cell.figure.enough else None for cell in cells],
        highs=[cell.figure.high if cell.figure.enough else None for cell in cells],
        shown=shown,
        said=said,
        partial=partial,
    )


def draw_people(paper: Paper, answer: Answer) -> None:
    """Agents with their figures, most rows first; shares with their interval drawn. Nobody is ranked by chance."""
    metrics = [metric for metric in answer.question.metrics if answer.groups(metric)]
    if not metrics:
        return
    people: dict[str, str] = {}
    for cell in answer.cells:
        if cell.metric == metrics[0] and len(people) < answer.question.limit:
            people.setdefault(cell.key, cell.label)
    by_place = {(cell.metric, cell.key): cell for cell in answer.cells}
    paper.section(_("People"), needs=8 * ROW)
    places = _places(metrics)
    _head_of_people(paper, places)
    tops = {metric: _top(answer, metric, people) for metric in metrics}
    for key, label in people.items():
        if paper.y + ROW > BOTTOM:
            paper.add_page()
            _head_of_people(paper, places)
        y = paper.y
        paper.write_at(MARGIN, y + 1.6, label, size=9, width=NAME_WIDTH - 2)
        for metric, (x, width) in places.items():
            _draw_figure(paper, by_place.get((metric, key)), answer.currency, x=x, y=y, width=width, top=tops[metric])
        paper.rule(MARGIN, y + ROW, MARGIN + WIDTH)
        paper.set_y(y + ROW)
    said = _(
        "Bars are intervals (95 %): where two of them overlap, who is ahead may be chance. Grey rests on few rows."
    )
    paper.set_y(paper.y + 2)
    paper.paragraph(said, size=8)


def _places(metrics: list[str]) -> dict[str, tuple[float, float]]:
    """Left edge and width of each metric's column: one with an interval needs room for it."""
    parts = [1.0 if METRICS[metric].interval == Interval.NONE else 2.4 for metric in metrics]
    unit, x = (WIDTH - NAME_WIDTH) / sum(parts), MARGIN + NAME_WIDTH
    found = {}
    for metric, part in zip(metrics, parts, strict=True):
        found[metric] = (x, part * unit)
        x += part * unit
    return found


def _head_of_people(paper: Paper, places: dict[str, tuple[float, float]]) -> None:
    y = paper.y
    paper.write_at(MARGIN, y, _("Agent"), size=8, colour=MUTED)
    for metric, (x, width) in places.items():
        paper.write_at(x, y, str(METRICS[metric].name), size=8, colour=MUTED, width=width - 2)
    paper.rule(MARGIN, y + 5, MARGIN + WIDTH, MUTED, 0.3)
    paper.set_y(y + 5)


def _top(answer: Answer, metric: str, people: dict[str, str]) -> float:
    ends = [cell.figure.high for cell in answer.cells if cell.metric == metric and cell.key in people]
    known = [end for end in ends if end is not None]
    return max(known, default=1.0)


def _draw_figure(
    paper: Paper, cell: Cell | None, currency: str, *, x: float, y: float, width: float, top: float
) -> None:
    if cell is None:
        paper.write_at(x, y + 1.6, NOTHING, size=9, colour=MUTED)
        return
    metric, figure = METRICS[cell.metric], cell.figure
    shown = value_in_words(figure.value, metric.unit, currency=currency, compact=True)
    paper.write_at(x, y + 1.6, shown, size=9, colour=INK if figure.enough else MUTED, width=15)
    if metric.interval == Interval.NONE or figure.value is None or figure.low is None or figure.high is None:
        return
    draw_whisker(
        paper, x=x + 15, y=y + ROW / 2, width=width - 18, value=float(figure.value), low=figure.low,
        high=figure.high, top=top, sure=figure.enough,
    )  # fmt: skip


def draw_funnel(paper: Paper, title: str, funnel: Funnel) -> None:
    """Each step as a bar; how many of those who left it went on, or the bounds where that is not known."""
    paper.section(title, needs=len(funnel.steps) * 7.5 + 8)
    for step in funnel.steps:
        share = step.reached / funnel.began if funnel.began else 0.0
        y = paper.y
        draw_step(paper, y=y, x=MARGIN, width=WIDTH, name=step.name, share=share, count=count_in_words(step.reached),
                  note=_went_on(step), label=44)  # fmt: skip
        paper.set_y(y + 7.5)
    for note in funnel.notes:
        paper.paragraph(note, size=8)


def _went_on(step: object) -> str:
    conversion = getattr(step, "conversion", None)
    if conversion is None:
        return ""
    from_to = interval_in_words(conversion, METRICS["conversion_rate"].unit)
    if conversion.value is None:
        return _("%(range)s went on") % {"range": from_to} if from_to else ""
    value = value_in_words(conversion.value, METRICS["conversion_rate"].unit)
    return _("%(share)s went on (%(range)s)") % {"share": value, "range": from_to}


def draw_notes(paper: Paper, notes: list[str]) -> None:
    """What the figures rest on and leave out."""
    if not notes:
        return
    paper.section(_("Notes"), needs=10)
    for note in notes:
        paper.paragraph(f"• {note}", size=8.5)
