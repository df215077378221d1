"""What an answer leaves out or rests on, in sentences."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.asking.asker import Asker
from analytics.asking.base import filtered_rows
from analytics.asking.collecting import Collected, hidden_from
from analytics.metrics import Metric, Rows, Unit, rows_of
from analytics.questions import Question
from integrations.crm.models import DealStatus

_CLOSED = Q(status__in=(DealStatus.WON, DealStatus.LOST))


def notes_on(
    question: Question, metrics: Sequence[Metric], collected: Collected, last: date | None, *, asker: Asker
) -> tuple[str, ...]:
    """At most one query, where a period is asked for and deals may have no day. `last` is the last step."""
    money = any(metric.unit in (Unit.MONEY, Unit.MONEY_PER_DAY) for metric in metrics)
    notes = list(asker.notes_on_money if money else ()) + list(asker.notes)
    shown = [metric for metric in metrics if not hidden_from(metric, asker)]
    notes += _without_value(shown, collected, last)
    notes += _without_day(question, shown, asker)
    if len(shown) < len(metrics):
        notes.append(_("Advertising costs belong to no agent and no team: those who see a part of the calls and deals are not shown what each costs."))  # noqa: E501  # fmt: skip
    return tuple(notes)


def _without_value(metrics: Sequence[Metric], collected: Collected, last: date | None) -> list[str]:
    asked = {key for metric in metrics for key in metric.measures}
    notes = []
    for value, every in (
        ("deals_closed.won_value", "deals_closed.won"),
        ("deals_closed.lost_value", "deals_closed.lost"),
        ("deals_open.value", "deals_open.all"),
        ("deals_open.weighted", "deals_open.all"),
        ("purchases.value", "purchases.all"),
    ):
        missing = _total(every, collected, last) - _total(value, collected, last)
        if value in asked and missing > 0:
            notes.append(_sentence(value, missing) % {"n": missing})
    return list(dict.fromkeys(notes))


def _sentence(measure: str, n: int) -> str:
    if measure == "deals_closed.won_value":
        return ngettext("%(n)d won deal has no value and adds nothing.", "%(n)d won deals have no value and add nothing.", n)  # noqa: E501  # fmt: skip
    if measure == "deals_closed.lost_value":
        return ngettext("%(n)d lost deal has no value and adds nothing.", "%(n)d lost deals have no value and add nothing.", n)  # noqa: E501  # fmt: skip
    if measure.startswith("deals_open."):
        return ngettext("%(n)d open deal has no value and adds nothing.", "%(n)d open deals have no value and add nothing.", n)  # noqa: E501  # fmt: skip
    return ngettext("%(n)d purchase has no value and adds nothing.", "%(n)d purchases have no value and add nothing.", n)  # noqa: E501  # fmt: skip


def _total(measure: str, collected: Collected, last: date | None) -> int:
    """Over all groups and steps; of what is counted at the end, in the last step."""
    snapshot = measure.startswith("deals_open.")
    return sum(
        sums[measure].n
        for (_key, step), sums in collected.table.items()
        if measure in sums and (not snapshot or step == last)
    )


def _without_day(question: Question, metrics: Sequence[Metric], asker: Asker) -> list[str]:
    asked = {rows for metric in metrics for rows in rows_of(metric)} & {Rows.DEALS_CREATED, Rows.DEALS_CLOSED}
    if not asked or not (question.filters.since or question.filters.until or question.grain):
        return []
    rows = filtered_rows(Rows.DEALS_CREATED, question.filters, asker=asker)
    undated = rows.aggregate(
        created=Count("pk", filter=Q(created_on__isnull=True)),
        closed=Count("pk", filter=Q(closed_on__isnull=True) & _CLOSED),
    )
    notes = []
    if Rows.DEALS_CREATED in asked and (n := undated["created"]):
        notes.append(ngettext("%(n)d deal has no day of creation and is in no period.", "%(n)d deals have no day of creation and are in no period.", n) % {"n": n})  # noqa: E501  # fmt: skip
    if Rows.DEALS_CLOSED in asked and (n := undated["closed"]):
        notes.append(ngettext("%(n)d closed deal has no closing day and is in no period.", "%(n)d closed deals have no closing day and are in no period.", n) % {"n": n})  # noqa: E501  # fmt: skip
    return notes
