"""Findings out of the record itself: follow-ups that are overdue, stages that fewer deals pass, gaps in the data."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Sum

from analytics.rows import KINDS, list_rows
from decisions.advice.drafts import Draft, evidence_row, key_of, sure
from decisions.advice.parameters import parameters_of
from decisions.advice.reading import Facts, audience_filters, reader_of
from decisions.models import AlertRule, AnalysisRun, FindingKind, RunKind, RunStatus
from decisions.statistics.shares import ALPHA, p_of_difference, rate_of
from decisions.tables.deals import deals_of
from integrations.crm.models import Deal, DealStageChange, DealStatus, Stage
from recordings.models import FollowUp
from testcases.statistics.many import corrected

PERIOD_DAYS = 91
_TELLING = frozenset({"blocking", "warning"})
# What nobody can mend in the record: small numbers and the course of time.
_NOT_TO_MEND = frozenset(
    {"nothing_closed", "few_closed", "one_class", "small_groups", "many_groups", "incomplete_cycles", "record_begins",
     "no_new_deals", "drift", "calls_too_few", "heard_unreliably"}
)  # fmt: skip


def follow_ups(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Tasks and promises that are overdue, where there are more than the rule's limit."""
    filters, reader = audience_filters(facts.audience), reader_of(facts.audience)
    tasks = list_rows(KINDS["tasks"], KINDS["tasks"].sets["overdue"], filters, user=reader).order_by()
    counted = tasks.aggregate(n=Count("pk"), oldest=Min("due_on"))
    promises = FollowUp.objects.filter(
        call__client=facts.audience.client_id, done_at=None, due__lt=facts.as_of, by="agent"
    )
    if not facts.audience.is_everyone:
        promises = promises.filter(call__agent__team__in=facts.audience.teams.values("pk"))
    heard = promises.aggregate(n=Count("pk"), oldest=Min("due"))
    n = counted["n"] + heard["n"]
    if n <= max(0, int(parameters_of(rule)["limit"])):
        return
    oldest = min(day for day in (counted["oldest"], heard["oldest"]) if day)
    days = (facts.as_of - oldest).days
    open_deals = Deal.objects.filter(pk__in=tasks.exclude(deal=None).values("deal"), status=DealStatus.OPEN)
    value = open_deals.aggregate(total=Sum("value"))["total"]
    yield Draft(
        kind=FindingKind.RECOMMENDATION, code="follow_ups_overdue", key="follow_ups", action="do_follow_ups",
        figures={"n": n, "oldest_days": days, "metric": "tasks_overdue"},
        evidence=[
            evidence_row("overdue", n, unit="count", url_query="which=overdue"),
            evidence_row("oldest", days, unit="count"),
            *([evidence_row("open_value", float(value), unit="money")] if value else []),
        ],
        certainty=1.0, money=_expected(float(value), facts) if value else None,
    )  # fmt: skip


def _expected(value: float, facts: Facts) -> float:
    decided = facts.deals.decided()
    return round(value * (float(decided.won.mean()) if len(decided) else 0.0), 2)


def stages(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Stages that fewer of the deals decided in the last quarter passed than of those decided in the one before.

    A deal passed a stage if it entered a later one of its pipeline or was won. Fisher's exact test, corrected over all
    stages (Benjamini and Hochberg 1995).
    """
    asked = parameters_of(rule)
    until = facts.last_day
    since = until - timedelta(days=PERIOD_DAYS - 1)
    now = passings(facts, since, until)
    before = passings(facts, since - timedelta(days=PERIOD_DAYS), since - timedelta(days=1))
    keys = sorted(set(now) & set(before))
    ps = [p_of_difference(*now[key], *before[key]) for key in keys]
    for key, q in zip(keys, corrected(ps), strict=True):
        one, other = rate_of(*now[key]), rate_of(*before[key])
        if q is None or q > ALPHA or min(one["closed"], other["closed"]) < asked["minimum"]:
            continue
        if one["rate"] is None or not other["rate"] or 1 - one["rate"] / other["rate"] < asked["relative"]:
            continue
        figures = {"stage": key[1], "pipeline": key[0], "before": other["rate"], "after": one["rate"], "q": q,
                   "n_before": other["closed"], "n_after": one["closed"], "metric": "win_rate",
                   "since": since.isoformat(), "until": until.isoformat()}  # fmt: skip
        yield Draft(
            kind=FindingKind.ALERT, code="stage_drop", key=key_of("stage", {}, *key), action="look_at_stage",
            figures=figures,
            evidence=[
                evidence_row("now", one["rate"], low=one["low"], high=one["high"], n=one["closed"]),
                evidence_row("before", other["rate"], low=other["low"], high=other["high"], n=other["closed"]),
                evidence_row("q_value", q),
            ],
            certainty=sure(q),
        )  # fmt: skip


def passings(facts: Facts, since: date, until: date) -> dict[tuple[str, str], tuple[int, int]]:
    """(passed, reached) by pipeline and stage, of the deals decided in these days."""
    deals = deals_of(facts.audience).filter(
        status__in=(DealStatus.WON, DealStatus.LOST), closed_on__gte=since, closed_on__lte=until
    )
    places = {
        (stage.pipeline, stage.name): stage.position
        for stage in Stage.objects.filter(client=facts.audience.client_id, status=DealStatus.OPEN)
    }
    reached: dict[Any, tuple[str, bool, set[str]]] = {}
    rows = DealStageChange.objects.filter(deal__in=deals.values("pk"))
    for deal, pipeline, status, stage in rows.values_list("deal", "deal__pipeline", "deal__status", "stage").iterator():
        reached.setdefault(deal, (pipeline, status == DealStatus.WON, set()))[2].add(stage)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for pipeline, won, entered in reached.values():
        known = {stage: places[pipeline, stage] for stage in entered if (pipeline, stage) in places}
        furthest = max(known.values(), default=-1)
        for stage, place in known.items():
            passed, all_ = found.get((pipeline, stage), (0, 0))
            found[pipeline, stage] = (passed + (won or place < furthest), all_ + 1)
    return found


def data(rule: AlertRule, facts: Facts) -> Iterator[Draft]:
    """Doubts about the data that touch at least the rule's limit of rows, or that block a conclusion."""
    told: set[str] = set()
    for kind in (RunKind.WINRATE, RunKind.DRIVERS, RunKind.FORECAST):
        run = AnalysisRun.objects.all().current(facts.audience, kind)
        for note in _notes(run):
            of, n = note.get("of") or 0, note.get("n") or 0
            blocks = note.get("severity") == "blocking"
            much = blocks or (of and n / of >= float(parameters_of(rule)["limit"]))
            if note.get("severity") not in _TELLING or note.get("code") in _NOT_TO_MEND or not much:
                continue
            about = note.get("figures") if isinstance(note.get("figures"), Mapping) else {}
            key = key_of("data", {}, str(note.get("code")), str((about or {}).get("field", "")))
            if key in told:
                continue
            told.add(key)
            figures = {"note": note.get("code"), "about": about, "n": n, "of": of}
            yield Draft(
                kind=FindingKind.RECOMMENDATION, code="data_gap", key=key, action="mend_data", figures=figures,
                evidence=[evidence_row("rows", n, n=of, unit="count")], certainty=1.0 if blocks else 0.9,
                run=run.pk if run else None,
            )  # fmt: skip


def _notes(run: AnalysisRun | None) -> list[dict[str, Any]]:
    if run is None or run.status != RunStatus.FINISHED or not isinstance(run.quality, list):
        return []
    return [note for note in run.quality if isinstance(note, dict)]
