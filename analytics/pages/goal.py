"""Whether a coaching goal moved that is measured by a metric: the days before it against the days since."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.asking import ask
from analytics.charts import Numbers
from analytics.metrics import METRICS, Metric
from analytics.pages.figures import tone_of
from analytics.questions import Answer, Cell, Filters, Question, QuestionError
from recordings.coaching.goals import window_of
from recordings.models import CoachingGoal
from recordings.pages.access import page, signed_in_user
from salesiq.people.models import User
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_ANALYTICS)
def goal(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """A part of a page of the room below, which asks for it once it stands. The figures are those the reader sees."""
    user = signed_in_user(request)
    row = get_object_or_404(CoachingGoal.objects.visible_to(user).select_related("client"), pk=goal_id)
    metric = METRICS.get(row.measure)
    context: dict[str, Any] = {"goal": row}
    if metric is not None:
        try:
            context |= _told(metric, _answer(row, user))
        except QuestionError as error:
            context["problem"] = error.message
    return render(request, "analytics/_goal.html", context)


def _answer(row: CoachingGoal, user: User) -> Answer:
    window = window_of(row)
    (first, last), (since, until) = window.before, window.after
    filters = Filters(since=since, until=max(since, until), client=row.client_id, agents=(row.agent_id,))
    question = Question(metrics=(row.measure,), filters=filters)
    return ask(question, user=user, against=replace(filters, since=first, until=last))


def _told(metric: Metric, answer: Answer) -> dict[str, Any]:
    (cell,) = answer.cells
    if cell.change is None:
        return {}
    numbers = Numbers(get_language() or "en", answer.currency)
    before, after = (
        f"{numbers.figure(metric.unit, figure)}, n = {numbers.count(figure.n)}"
        for figure in (cell.change.prior, cell.figure)
    )
    tone = tone_of(cell.change, metric.better)
    return {"before": before, "after": after, "tone": tone or "plain", "sentence": _sentence(metric, cell, numbers)}


def _sentence(metric: Metric, cell: Cell, numbers: Numbers) -> str:
    change = cell.change
    if change is None or change.is_real is None or not (cell.figure.enough and change.prior.enough):
        return _("Too few rows to say whether it moved.")
    words = {
        "change": numbers.change(metric.unit, change),
        "bounds": numbers.change_interval(metric.unit, change),
    }
    if change.is_real:
        return _("It moved by more than chance explains: %(change)s (%(bounds)s).") % words
    return _("No difference that can be told apart from chance: %(change)s (%(bounds)s).") % words
