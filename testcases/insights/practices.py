"""What good runs say, word for word: quotes of verdicts that were met in runs that passed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from recordings.models import SalesCall
from salesiq.audit.services import record_event
from salesiq.people.models import User
from testcases.insights.runs import RunFilter, judged, skills_of_criteria
from testcases.models import CaseRun, CriterionResult, SubjectKind, Verdict
from testcases.selectors import holding_verdict

LOOKED_AT, EACH, SHORTEST = 600, 3, 4


@dataclass(frozen=True, slots=True)
class Practice:
    """A quote of the agent that met `criterion`; `run` leads to where it was said."""

    skill: str
    criterion: str
    case: str
    quote: str
    score: float
    run: UUID
    agent: str


def best_practices(user: User, narrowing: RunFilter, *, skill: str = "", case: UUID | None = None) -> list[Practice]:
    """Quotes by skill, from the best runs first, no two alike; at most EACH of a criterion.

    Only runs that passed, only verdicts that hold, only calls that `user` may see; each call quoted is a look at it.
    """
    runs = narrowing.narrow(judged(user)).filter(passed=True)
    if case is not None:
        runs = runs.filter(version__case=case)
    seen_calls = SalesCall.objects.visible_to(user).values("pk")
    runs = runs.exclude(kind=SubjectKind.CALL) | runs.filter(kind=SubjectKind.CALL, call__in=seen_calls)
    results = (
        CriterionResult.objects.filter(run__in=runs.order_by().values("pk"))
        .annotate(holds=holding_verdict())
        .filter(holds=Verdict.MET)
        .exclude(run__score=None)
        .select_related("run__version__case", "run__agent", "run__call", "run__client")
        .order_by("-run__score", "-confidence", "-run__happened_at")[:LOOKED_AT]
    )
    rows = list(results)
    skills = skills_of_criteria({row.run.version_id for row in rows})
    found = _chosen(rows, skills, skill)
    _note_looks(user, {row.run_id for row in found}, rows)
    return [_practice(row, skills[row.run.version_id, row.key]) for row in found]


def _chosen(rows: Iterable[CriterionResult], skills: dict[tuple[UUID, str], str], wanted: str) -> list[CriterionResult]:
    kept: list[CriterionResult] = []
    quotes: set[str] = set()
    counts: dict[tuple[UUID, str], int] = {}
    for row in rows:
        skill = skills.get((row.run.version_id, row.key), "")
        at = row.run.version.case_id, row.key
        quote = _quote(row)
        if not skill or (wanted and skill != wanted) or counts.get(at, 0) >= EACH or quote.casefold() in quotes:
            continue
        if len(quote.split()) < SHORTEST:
            continue
        quotes.add(quote.casefold())
        counts[at] = counts.get(at, 0) + 1
        kept.append(row)
    return sorted(kept, key=lambda row: skills[row.run.version_id, row.key])


def _quote(row: CriterionResult) -> str:
    said = [str(each.get("quote", "")) for each in row.evidence if each.get("role") == "agent"]
    return max(said, key=len, default="").strip()


def _practice(row: CriterionResult, skill: str) -> Practice:
    texts = {each["key"]: each["text"] for each in row.run.version.content["criteria"]}
    return Practice(
        skill, texts.get(row.key, row.key), row.run.version.case.title, _quote(row), row.run.score or 0.0, row.run_id,
        row.run.agent.name if row.run.agent else "",
    )  # fmt: skip


def _note_looks(user: User, shown: set[UUID], rows: Iterable[CriterionResult]) -> None:
    calls: dict[UUID, CaseRun] = {row.run.call_id: row.run for row in rows if row.run_id in shown and row.run.call_id}
    for run in calls.values():
        if run.call is not None:
            record_event(action="viewed", target=run.call, actor=user, details={"what": "quotes of test cases"})
