"""Accuracy and agreement beyond chance of judges on the gold set, per kind of criterion and per language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from recordings.language.scoring import wilson
from recordings.quality.agreement import Agreement, cohens_kappa, percent_agreement
from testcases.accuracy.plain_judges import always_met, keywords_only
from testcases.accuracy.reading import GoldCase, GoldRun
from testcases.judging.judging import judge_transcript

Judge = Callable[[GoldCase, GoldRun], Mapping[str, str]]
COMBINED = ("all", "any", "not", "when")  # kinds that join others: one row, since each alone is rare
INJECTED = ("inject", "inyectada", "внедр")  # how `tricks` names a line that gives the judge orders


def rules_of_cases(case: GoldCase, run: GoldRun) -> dict[str, str]:
    """Our judge, as a run of the case would call it; what it cannot judge is undecided, and so wrong."""
    result = judge_transcript(case.content, run.lines, language=case.language)
    found = {each.criterion.key: str(each.judged.verdict) for each in result.criteria}
    return {each.key: found.get(each.key, "undecided") for each in run.verdicts}


JUDGES: Mapping[str, Judge] = {"ours": rules_of_cases, "always_met": always_met, "keywords": keywords_only}


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion in one talk: what is true, and what a judge says of it."""

    run: str
    key: str
    kind: str
    language: str
    truth: str
    found: str
    injected: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """`accuracy` and `kappa` with 95 % intervals over talks, `wrongly_met`: the share of what is not (wholly) met that
    the judge calls met, with Wilson's interval, of `not_met` criteria."""

    n: int
    accuracy: Agreement
    kappa: Agreement
    wrongly_met: float | None
    wrongly_met_low: float
    wrongly_met_high: float
    not_met: int


def compare(cases: Sequence[GoldCase], judge: Judge) -> list[Compared]:
    """Every labelled criterion of every talk beside what `judge` says of it."""
    rows = []
    for case in cases:
        kinds = {criterion.key: _kind(criterion.judge["kind"]) for criterion in case.content.criteria}
        for run in case.runs:
            found = judge(case, run)
            injected = any(mark in trick for trick in run.tricks for mark in INJECTED)
            rows += [
                Compared(run.key, each.key, kinds[each.key], case.language, each.verdict, found[each.key], injected)
                for each in run.verdicts
            ]
    return rows


def figures_of(rows: Sequence[Compared]) -> Figures:
    """Criteria of one talk depend on each other, so talks are drawn anew for the intervals."""
    pairs, talks = [(row.truth, row.found) for row in rows], [row.run for row in rows]
    open_rows = [row for row in rows if row.truth != "met" and row.truth != "not_applicable"]
    wrong = sum(row.found == "met" for row in open_rows)
    low, high = wilson(wrong, len(open_rows))
    return Figures(
        n=len(rows),
        accuracy=percent_agreement(pairs, groups=talks),
        kappa=cohens_kappa(pairs, groups=talks),
        wrongly_met=wrong / len(open_rows) if open_rows else None,
        wrongly_met_low=low,
        wrongly_met_high=high,
        not_met=len(open_rows),
    )


def confusions(rows: Sequence[Compared]) -> dict[tuple[str, str], int]:
    """How often each truth was taken for each other verdict, the most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.truth != row.found:
            counted[row.truth, row.found] = counted.get((row.truth, row.found), 0) + 1
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def groups_of(rows: Sequence[Compared]) -> dict[str, list[Compared]]:
    """All rows, then by kind of criterion, by language, and those of talks that give the judge orders."""
    groups: dict[str, list[Compared]] = {"all": list(rows)}
    for kind in sorted({row.kind for row in rows}):
        groups[f"kind: {kind}"] = [row for row in rows if row.kind == kind]
    for language in sorted({row.language for row in rows}):
        groups[f"language: {language}"] = [row for row in rows if row.language == language]
    groups["talks with injected orders"] = [row for row in rows if row.injected]
    return groups


def _kind(kind: str) -> str:
    return "combined" if kind in COMBINED else kind
