"""Runs of a case, and what they come to: shares and means with their intervals."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev
from typing import Any

from django.db.models import Q, QuerySet
from scipy.special import stdtrit

from recordings.language.scoring import wilson
from recordings.models import SalesCall
from recordings.quality.agreement import MINIMUM, Agreement, cohens_kappa, percent_agreement
from salesiq.people.models import User
from testcases.models import CaseRun, CriterionResult, RunStatus, TestCase, Verdict

_CATEGORIES = ("met", "partly", "not_met", "not_applicable")


@dataclass(frozen=True, slots=True)
class KindAgreement:
    """How far people agree with the judges of one kind: `n` verdicts that a person decided or confirmed, `overridden`
    of them changed."""

    kind: str
    n: int
    overridden: int
    percent: Agreement
    kappa: Agreement


def readable_runs(user: User) -> QuerySet[CaseRun]:
    """Every run whose words `user` may read; one of a call only where they see the call as well."""
    seen = SalesCall.objects.visible_to(user).values("pk")
    return CaseRun.objects.visible_to(user).filter(Q(call__isnull=True) | Q(call__in=seen))


def list_runs(user: User, case: TestCase | None = None) -> QuerySet[CaseRun]:
    """The runs that `user` may read, newest first, of one case or of all; trials are left out."""
    runs = readable_runs(user).filter(is_trial=False).select_related("version__case", "agent")
    return runs.filter(version__case=case) if case is not None else runs


def aggregates(runs: QuerySet[CaseRun]) -> dict[str, Any]:
    """{runs, judged, undecided, unjudgeable, passed: {k, n, share, low, high}, score: {n, mean, low, high}, criteria}.

    Shares come with Wilson's interval, the mean with Student's, both of 95 %; `few` where fewer than 30 stand behind
    it. None where nothing can be told. Runs are counted as they come: an agent who practised often counts often.
    """
    rows = list(runs.order_by().values_list("status", "passed", "score"))
    statuses = Counter(status for status, _, _ in rows)
    passed = [value for status, value, _ in rows if status == RunStatus.JUDGED and value is not None]
    scores = [value for status, _, value in rows if status == RunStatus.JUDGED and value is not None]
    return {
        "runs": len(rows),
        "judged": statuses[RunStatus.JUDGED],
        "undecided": statuses[RunStatus.JUDGED] - len(passed),
        "unjudgeable": statuses[RunStatus.UNJUDGEABLE] + statuses[RunStatus.FAILED],
        "passed": share(sum(passed), len(passed)),
        "score": mean_with_interval(scores),
        "criteria": _criteria(runs),
    }


def share(k: int, n: int) -> dict[str, Any]:
    """`k` of `n` as {k, n, share, low, high, few}."""
    low, high = wilson(k, n) if n else (None, None)
    return {"k": k, "n": n, "share": k / n if n else None, "low": low, "high": high, "few": n < MINIMUM}


def mean_with_interval(values: Sequence[float]) -> dict[str, Any]:
    """{n, mean, low, high, few}, by Student's t; no interval of one value."""
    n = len(values)
    centre = mean(values) if n else None
    half = None
    if n > 1:
        half = float(stdtrit(n - 1, 0.975)) * stdev(values) / sqrt(n)
    return {
        "n": n,
        "mean": centre,
        "low": max(0.0, centre - half) if centre is not None and half is not None else None,
        "high": min(100.0, centre + half) if centre is not None and half is not None else None,
        "few": n < MINIMUM,
    }


def _criteria(runs: QuerySet[CaseRun]) -> list[dict[str, Any]]:
    """How often each criterion is met, of those that apply and are decided; partly is not met here."""
    rows = CriterionResult.objects.filter(run__in=runs.order_by().values("pk"), run__status=RunStatus.JUDGED)
    counts: dict[str, Counter[str]] = {}
    for key, verdict, decided in rows.order_by("position").values_list("key", "verdict", "decided"):
        counts.setdefault(key, Counter())[decided or verdict] += 1
    found = []
    for key, verdicts in counts.items():
        n = verdicts[Verdict.MET] + verdicts[Verdict.PARTLY] + verdicts[Verdict.NOT_MET]
        found.append({"key": key, "verdicts": dict(verdicts), "met": share(verdicts[Verdict.MET], n)})
    return found


def agreement_of(*, user: User, case: TestCase | None = None) -> list[KindAgreement]:
    """People against judges, by kind of judge and over all (kind `all`), over the runs that `user` sees.

    Counted are verdicts that a person decided, and all of runs that a person confirmed; those that waited for a person
    are none of the judge's. Who overrides looks first where a verdict seems wrong, so that agreement over overrides
    alone is lower than over all verdicts: confirm runs drawn at random for a fair figure.
    """
    rows = CriterionResult.objects.filter(run__in=list_runs(user, case).order_by().values("pk"))
    rows = rows.exclude(verdict=Verdict.UNDECIDED)
    told = [
        (kind, verdict, decided or verdict, run)
        for kind, verdict, decided, run, reviewed in rows.order_by("pk").values_list(
            "judged_by", "verdict", "decided", "run_id", "run__reviewed_at"
        )
        if decided or reviewed is not None
    ]
    kinds = sorted({kind for kind, *_ in told})
    found = [_agreement(kind, [row for row in told if row[0] == kind]) for kind in kinds]
    return [_agreement("all", told), *found] if told else []


def _agreement(kind: str, told: Iterable[tuple[str, str, str, Any]]) -> KindAgreement:
    rows = list(told)
    pairs = [(judge, person) for _, judge, person, _ in rows]
    runs = [str(run) for *_, run in rows]
    return KindAgreement(
        kind, len(pairs), sum(judge != person for judge, person in pairs),
        percent_agreement(pairs, groups=runs), cohens_kappa(pairs, categories=_CATEGORIES, groups=runs),
    )  # fmt: skip
