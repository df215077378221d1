"""Whether a question can be answered, and what may be asked instead."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from analytics.asking.steps import steps_between
from analytics.metrics import CUSTOM, DIMENSIONS, METRICS, Metric, can_be_asked_by, custom_kinds_for, dimensions_for
from analytics.questions import Filters, Grain, Question, QuestionError
from integrations.crm.models import CustomField
from salesiq.people.models import User

MOST_STEPS = 1100
"""Three years of days."""
MOST_CELLS = 100_000
MOST_GROUPS = 1000


def check_question(question: Question, *, user: User) -> tuple[Metric, ...]:
    """The metrics asked for.

    Raises:
        QuestionError: unknown metric or dimension, one that a metric's rows do not have, or too much at once.
    """
    if not question.metrics:
        raise QuestionError("metric", _("Name at least one metric: %(known)s.") % {"known": ", ".join(METRICS)})
    metrics = tuple(_metric(key) for key in dict.fromkeys(question.metrics))
    _check_period(question)
    for metric in metrics:
        if question.by:
            _check_dimension("by", metric, question.by)
        for parameter, dimension in filtered_dimensions(question.filters):
            _check_dimension(parameter, metric, dimension)
    _check_custom_fields(question, user)
    return metrics


def filtered_dimensions(filters: Filters) -> list[tuple[str, str]]:
    """(field of Filters, dimension) of every filter that narrows."""
    plain = [
        (dimension.filter, key)
        for key, dimension in DIMENSIONS.items()
        if dimension.filter and getattr(filters, dimension.filter)
    ]
    return plain + [(f"custom.{name}", CUSTOM + name) for name, values in filters.custom.items() if values]


def _metric(key: str) -> Metric:
    if key not in METRICS:
        sentence = _("There is no metric “%(key)s”. Known are: %(known)s.")
        raise QuestionError("metric", sentence % {"key": key, "known": ", ".join(METRICS)})
    return METRICS[key]


def _check_dimension(parameter: str, metric: Metric, dimension: str) -> None:
    if not dimension.startswith(CUSTOM) and dimension not in DIMENSIONS:
        sentence = _("There is no dimension “%(key)s”. Known are: %(known)s, and custom.<kind>.<key>.")
        raise QuestionError(parameter, sentence % {"key": dimension, "known": ", ".join(DIMENSIONS)})
    if can_be_asked_by(metric, dimension):
        return
    kinds = (f"{CUSTOM}{kind}.<key>" for kind in custom_kinds_for(metric))
    sentence = _("“%(metric)s” cannot be asked by “%(dimension)s”: its rows do not have it. They have: %(known)s.")
    known = ", ".join([*dimensions_for(metric), *kinds])
    raise QuestionError(parameter, sentence % {"metric": metric.key, "dimension": dimension, "known": known})


def _check_period(question: Question) -> None:
    filters = question.filters
    if filters.since and filters.until and filters.since > filters.until:
        raise QuestionError("until", _("The period ends before it begins. Exchange the two days."))
    if question.compare and filters.days is None:
        raise QuestionError("compare", _("Name both days of the period: an open one has none before it."))
    if not 1 <= question.limit <= MOST_GROUPS:
        raise QuestionError("limit", _("Ask for 1 to %(most)d groups.") % {"most": MOST_GROUPS})
    if question.grain and filters.since and filters.until:
        check_size(question, steps=_number_of_steps(filters.since, filters.until, question.grain), groups=1)


def check_size(question: Question, *, steps: int, groups: int) -> None:
    """
    Raises:
        QuestionError: more steps than anybody reads, or more cells than an answer should hold.
    """
    if steps > MOST_STEPS or steps * groups * len(question.metrics) > MOST_CELLS:
        sentence = _("That is too much at once. Choose longer steps, a shorter period, fewer groups or metrics.")
        raise QuestionError("grain", sentence)


def _number_of_steps(since: date, until: date, grain: Grain) -> int:
    return sum(1 for _step in islice(steps_between(since, until, grain), MOST_STEPS + 1))


def _check_custom_fields(question: Question, user: User) -> None:
    named = [dimension for _parameter, dimension in filtered_dimensions(question.filters)]
    asked = {name for name in (question.by, *named) if name.startswith(CUSTOM)}
    if not asked:
        return
    known = {f"{CUSTOM}{kind}.{key}" for kind, key in _fields(question.filters.client, user)}
    for name in sorted(asked - known):
        sentence = _("There is no custom field “%(name)s”. Known are: %(known)s.")
        parameter = "by" if name == question.by else name
        raise QuestionError(parameter, sentence % {"name": name, "known": ", ".join(sorted(known)) or "-"})


def _fields(client: UUID | None, user: User) -> Iterable[tuple[str, str]]:
    fields = CustomField.objects.visible_to(user)
    return (fields.filter(client=client) if client else fields).values_list("kind", "key")
