"""What passing runs of a case say and do that failing runs do not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from recordings.language.text import words
from salesiq.people.models import User
from testcases.insights.runs import RunFilter, counted
from testcases.models import CaseRun, CriterionResult, SubjectKind, TestCase, Turn, Verdict
from testcases.selectors import holding_verdict
from testcases.statistics.effects import Difference, welch
from testcases.statistics.many import corrected
from testcases.statistics.patterns import FEWEST_EACH, Pattern, telling_words
from testcases.statistics.shares import Gap, gap_between

MOST_RUNS = 400
# Words that alone say nothing.
_EMPTY = {
    "en": "a an and are as at be but by can do for from have i if in is it me my of on or our so that the this to was "
          "we what will with you your yes no okay ok well hello hi",
    "es": "a al como con de del el ella en es esta este la las lo los me mi no nos o para pero por que se si sí su sus "
          "te un una usted y ya yo le les hola bueno",
    "ru": "а без бы в вам вас вы да для до его же за и из или их к как ли мне мы на не нет но о он она от по с так то "
          "у что это я здравствуйте добрый день",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CriterionPattern:
    """How often a criterion was met in passing runs and in failing ones."""

    text: str
    passed: float
    failed: float
    gap: Gap


@dataclass(frozen=True, slots=True)
class Habit:
    """A way of speaking: `name` questions, talk or turn; `difference` is passing less failing; `p` is corrected."""

    name: str
    difference: Difference
    p: float | None


@dataclass(frozen=True, slots=True)
class CasePatterns:
    """`passing` and `failing`: runs; `texts`: those of them whose words were looked at (calls are not). `is_small`:
    too few on one side to tell words apart."""

    case: TestCase
    passing: int
    failing: int
    texts: int
    criteria: tuple[CriterionPattern, ...]
    phrases: tuple[Pattern, ...]
    habits: tuple[Habit, ...]
    is_small: bool


def case_patterns(user: User, case: TestCase, narrowing: RunFilter) -> CasePatterns:
    """Of the newest MOST_RUNS runs of `case`. Four queries.

    Words are read of role-plays and transcripts; what was said on real calls is not gathered here.
    """
    runs = narrowing.narrow(counted(user)).filter(version__case=case, passed__isnull=False)
    rows = list(runs.select_related("client").order_by("-happened_at")[:MOST_RUNS])
    passing, failing = ([row for row in rows if row.passed == value] for value in (True, False))
    texts = _texts(rows)
    good, bad = ([texts[row.pk] for row in part if row.pk in texts] for part in (passing, failing))
    language = case.language
    return CasePatterns(
        case=case, passing=len(passing), failing=len(failing), texts=len(texts),
        criteria=tuple(_criteria(case, rows)),
        phrases=tuple(telling_words(*([_spoken(lines) for lines in part] for part in (good, bad)),
                                    empty=lambda word: word in _empty_words(language))),
        habits=tuple(_habits(good, bad)),
        is_small=min(len(good), len(bad)) < FEWEST_EACH,
    )  # fmt: skip


def _texts(rows: Sequence[CaseRun]) -> dict[UUID, list[tuple[str, str]]]:
    """(role, text) of each run whose words may be gathered."""
    found = {
        row.pk: [(str(line.get("role", "")), str(line.get("text", ""))) for line in row.lines]
        for row in rows
        if row.kind == SubjectKind.TRANSCRIPT and row.lines
    }
    sessions = {row.session_id: row.pk for row in rows if row.session_id}
    turns = Turn.objects.filter(session__in=list(sessions)).select_related("session").order_by("session", "position")
    spoken: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for turn in turns:
        spoken[sessions[turn.session_id]].append((turn.role, turn.text))
    return found | dict(spoken)


def _spoken(lines: Iterable[tuple[str, str]]) -> list[str]:
    """The agent's words; what is said in two turns does not stand in a row."""
    found: list[str] = []
    for number, (role, text) in enumerate(lines):
        if role == "agent":
            found += [*words(text), f"\n{number}"]
    return found


def _criteria(case: TestCase, rows: Sequence[CaseRun]) -> list[CriterionPattern]:
    if case.current is None:
        return []
    passed = {row.pk: bool(row.passed) for row in rows}
    results = CriterionResult.objects.filter(run__in=list(passed)).annotate(holds=holding_verdict())
    counts: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for run, key, holds in results.values_list("run_id", "key", "holds"):
        if holds in (Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET):
            counts[key, passed[run]][0] += holds == Verdict.MET
            counts[key, passed[run]][1] += 1
    found = []
    for criterion in case.current.content["criteria"]:
        (good, n), (bad, m) = counts[criterion["key"], True], counts[criterion["key"], False]
        if n and m:
            gap = gap_between(good / n, n, bad / m, m)
            found.append(CriterionPattern(criterion["text"], good / n, bad / m, gap))
    return sorted(found, key=lambda each: -(each.gap.difference or 0.0))


def _habits(good: Sequence[Any], bad: Sequence[Any]) -> list[Habit]:
    if min(len(good), len(bad)) < FEWEST_EACH:
        return []
    figures = {"questions": _questions, "talk": _talk, "turn": _turn}
    found = {
        name: welch([figure(lines) for lines in bad], [figure(lines) for lines in good])
        for name, figure in figures.items()
    }
    values = corrected([each.p for each in found.values()])
    return [Habit(name, each, p) for (name, each), p in zip(found.items(), values, strict=True)]


def _questions(lines: Iterable[tuple[str, str]]) -> float:
    return float(sum(text.count("?") for role, text in lines if role == "agent"))


def _talk(lines: Iterable[tuple[str, str]]) -> float:
    """The agent's share of all words."""
    counts = {"agent": 0, "customer": 0}
    for role, text in lines:
        counts[role] = counts.get(role, 0) + len(text.split())
    return counts["agent"] / max(1, sum(counts.values()))


def _turn(lines: Iterable[tuple[str, str]]) -> float:
    """Words in one turn of the agent."""
    lengths = [len(text.split()) for role, text in lines if role == "agent"]
    return sum(lengths) / len(lengths) if lengths else 0.0


@lru_cache(maxsize=8)
def _empty_words(language: str) -> frozenset[str]:
    return frozenset(words(_EMPTY.get(language, "")))
