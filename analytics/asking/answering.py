"""From a question to its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from analytics.asking.asker import Asker, asker_of
from analytics.asking.checking import check_question, check_size
from analytics.asking.collecting import Collected, collect, hidden_from
from analytics.asking.labels import labels_of
from analytics.asking.noting import notes_on
from analytics.asking.steps import steps_between
from analytics.metrics import Metric
from analytics.metrics.estimates import change_of, figure_of
from analytics.questions import Answer, Cell, Figure, Filters, Question
from analytics.rollups.backlog import at_one_moment
from salesiq.people.models import User

_HIDDEN = Figure(value=None, n=0, enough=False)


@at_one_moment()
def ask(question: Question, *, user: User, noted: bool = True, against: Filters | None = None) -> Answer:
    """The figures asked for, over the rows that `user` may see.

    Every group has a cell for every metric and step: where nothing happened, n is 0, so that lines have no gaps that
    are not there and no values that are made up. Compared steps are those of the compared period, paired from the
    end. `against` are rows to compare with, such as a period of another length; without a grain. Whether the user
    may see figures at all is for the doors to ask.

    Raises:
        QuestionError: what is asked cannot be answered; the sentence says what can.
    """
    metrics = check_question(question, user=user)
    asker = asker_of(user, question.filters)
    now = collect(question, question.filters, _shown(metrics, asker), asker=asker)
    earlier = against or (question.filters.before(question.compare) if question.compare else None)
    before = collect(question, earlier, _shown(metrics, asker), asker=asker) if earlier else None
    steps = _paired(question, earlier, now, before, asker)
    groups = _groups(question, metrics, now, before)
    check_size(question, steps=len(steps), groups=len(groups.kept))
    cells = _cells(metrics, groups.kept, steps, now, before, asker)
    notes = list(notes_on(question, metrics, now, steps[-1].now if steps else None, asker=asker)) if noted else []
    if groups.cut:
        notes.append(_("The %(shown)d largest of %(all)d groups are shown.") % {"shown": len(groups.kept), "all": len(groups.kept) + groups.cut})  # noqa: E501  # fmt: skip
    return Answer(question=question, cells=tuple(cells), currency=asker.currency, notes=tuple(notes))


@dataclass(frozen=True, slots=True)
class Step:
    """A step, and the one it is compared with."""

    now: date | None
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Groups:
    """Labels by key of the groups that are shown, and how many are not."""

    kept: dict[str, str]
    cut: int


def _shown(metrics: Sequence[Metric], asker: Asker) -> list[Metric]:
    return [metric for metric in metrics if not hidden_from(metric, asker)]


def _paired(
    question: Question, earlier: Filters | None, now: Collected, before: Collected | None, asker: Asker
) -> list[Step]:
    if not question.grain:
        return [Step(None)]
    steps = _steps(question, question.filters, now, asker)
    if earlier is None or before is None:
        return [Step(step) for step in steps]
    others = _steps(question, earlier, before, asker)
    missing = [date.min] * max(0, len(steps) - len(others))
    others = [*missing, *others][-len(steps) :]
    return [Step(step, other) for step, other in zip(steps, others, strict=True)]


def _steps(question: Question, filters: Filters, collected: Collected, asker: Asker) -> list[date]:
    """Without a gap. An open period begins with its first rows, and ends with its last."""
    assert question.grain is not None
    seen = collected.steps
    since, until = filters.since, filters.until
    if since is None:
        since = seen[0] if seen else None
    if until is None:
        until = max(seen[-1], since) if seen and since else since
    return list(steps_between(since, until, question.grain)) if since and until else []


def _groups(question: Question, metrics: Sequence[Metric], now: Collected, before: Collected | None) -> Groups:
    if not question.by:
        return Groups({"": ""}, 0)
    keys = now.keys | (before.keys if before else set())
    sizes = now.n_of(metrics[0].rests_on)
    ranked = sorted(sorted(keys), key=lambda key: -sizes.get(key, 0))
    kept = ranked[: question.limit]
    labels = labels_of(question.by, kept)
    return Groups({key: labels[key] for key in kept}, len(ranked) - len(kept))


def _cells(
    metrics: Sequence[Metric],
    labels: dict[str, str],
    steps: Sequence[Step],
    now: Collected,
    before: Collected | None,
    asker: Asker,
) -> list[Cell]:
    cells = []
    for metric in metrics:
        sizes = now.n_of(metric.rests_on)
        hidden = hidden_from(metric, asker)
        for key in sorted(labels, key=lambda key: (-sizes.get(key, 0), labels[key], key)):
            cells += [_cell(metric, key, labels[key], step, now, before, hidden) for step in steps]
    return cells


def _cell(
    metric: Metric, key: str, label: str, step: Step, now: Collected, before: Collected | None, hidden: bool
) -> Cell:
    if hidden:
        return Cell(metric=metric.key, key=key, label=label, start=step.now, figure=_HIDDEN)
    sums = now.at(key, step.now)
    change = change_of(metric, sums, before.at(key, step.before)) if before is not None else None
    return Cell(metric=metric.key, key=key, label=label, start=step.now, figure=figure_of(metric, sums), change=change)
