"""The results that a client's tests are judged by, read once for all of its cases."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from salesiq.people.models import Client
from testcases.models import CaseRun, CriterionResult, RunStatus
from testcases.selectors import PRACTISED, WORTH, holding_verdict

MOST_RUNS = 50_000


@dataclass(frozen=True, slots=True)
class Try:
    """One judged run; `number` counts the agent's tries at the case from 1."""

    run: UUID
    agent: str
    case: UUID
    number: int
    passed: bool
    score: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """`tries` in order of time; `groups` {kind: {agent: group}}; `marks` {case: rows of worth, one per run}."""

    tries: tuple[Try, ...]
    groups: Mapping[str, Mapping[str, str]]
    marks: Mapping[UUID, list[list[float]]]


def outcomes_of(client: Client) -> Outcomes:
    """The newest MOST_RUNS that count. Two queries."""
    runs = CaseRun.objects.filter(
        client=client, status=RunStatus.JUDGED, is_trial=False, passed__isnull=False, score__isnull=False,
        agent__isnull=False, kind__in=PRACTISED,
    )  # fmt: skip
    rows = runs.order_by("-happened_at", "-pk").values_list(
        "pk", "agent_id", "agent__team__name", "agent__accent", "version__case_id", "passed", "score"
    )[:MOST_RUNS]
    tries, teams, accents = [], {}, {}
    counts: dict[tuple[str, UUID], int] = defaultdict(int)
    for pk, agent, team, accent, case, passed, score in list(rows)[::-1]:
        key = str(agent)
        counts[key, case] += 1
        tries.append(Try(pk, key, case, counts[key, case], bool(passed), float(score or 0)))
        teams[key], accents[key] = team or "", accent or ""
    groups = {"team": _named(teams), "accent": _named(accents)}
    return Outcomes(tuple(tries), groups, _marks({each.run: each.case for each in tries}, client))


def _named(groups: Mapping[str, str]) -> dict[str, str]:
    return {agent: name for agent, name in groups.items() if name}


def _marks(case_of: Mapping[UUID, UUID], client: Client) -> dict[UUID, list[list[float]]]:
    """Complete rows of the case's newest criteria: runs by another version's criteria are left out."""
    rows = (
        CriterionResult.objects.filter(run__client=client, run__status=RunStatus.JUDGED, run__is_trial=False)
        .annotate(holds=holding_verdict())
        .order_by("run__happened_at", "position")
        .values_list("run_id", "run__version__number", "key", "holds")
    )
    by_run: dict[UUID, dict[str, float]] = defaultdict(dict)
    version: dict[UUID, int] = {}
    for run, number, key, holds in rows.iterator(chunk_size=10_000):
        if run in case_of:
            version[run] = number
            if holds in WORTH:
                by_run[run][key] = WORTH[holds]
    newest: dict[UUID, int] = {}
    for run, number in version.items():
        newest[case_of[run]] = max(newest.get(case_of[run], 0), number)
    found: dict[UUID, list[list[float]]] = defaultdict(list)
    keys: dict[UUID, list[str]] = {}
    for run, marks in by_run.items():
        case = case_of[run]
        if version[run] != newest[case]:
            continue
        wanted = keys.setdefault(case, list(marks))
        if set(marks) == set(wanted):
            found[case].append([marks[key] for key in wanted])
    return dict(found)
