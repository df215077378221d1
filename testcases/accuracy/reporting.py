"""The figures of the gold set as a table of docs/accuracy.md and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from recordings.quality.agreement import Agreement
from testcases.accuracy.measuring import Compared, Figures, confusions, figures_of, groups_of
from testcases.accuracy.reading import GoldCase

BEGIN, END = "<!-- testcase_accuracy begins -->", "<!-- testcase_accuracy ends -->"
HEADING = "## Test cases"
NAMES = {"ours": "our judge", "always_met": "always met", "keywords": "keywords"}
FEW = 30  # criteria; with fewer a row is marked
_HEAD = (
    "| criteria | n | judge | accuracy | 95 % interval | kappa | 95 % interval | wrongly met |",
    "| --- | ---: | --- | ---: | --- | ---: | --- | ---: |",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What every judge made of the set, row by row, and how long ours took, in seconds."""

    cases: Sequence[GoldCase]
    rows: Mapping[str, Sequence[Compared]]
    seconds: float

    def figures(self) -> dict[str, dict[str, Figures]]:
        """By group of criteria (`measuring.groups_of`), then by judge."""
        found: dict[str, dict[str, Figures]] = {}
        for judge, rows in self.rows.items():
            for group, members in groups_of(rows).items():
                found.setdefault(group, {})[judge] = figures_of(members)
        return found


def as_json(report: Report) -> dict[str, Any]:
    """The figures, and what our judge takes for what; no line of a talk."""
    return {
        "cases": len(report.cases),
        "talks": sum(len(case.runs) for case in report.cases),
        "criteria": len(report.rows["ours"]),
        "seconds": round(report.seconds, 3),
        "figures": {
            group: {judge: asdict(each) for judge, each in judges.items()} for group, judges in report.figures().items()
        },
        "confusions": [
            {"truth": truth, "found": found, "n": n} for (truth, found), n in confusions(report.rows["ours"]).items()
        ],
    }


def as_markdown(report: Report) -> str:
    """The part of docs/accuracy.md between the markers, both included."""
    figures = report.figures()
    table = [line for group, judges in figures.items() for line in _rows(group, judges)]
    talks = sum(len(case.runs) for case in report.cases)
    return "\n".join([
        BEGIN,
        f"Measured by `manage.py testcase_accuracy` on {len(report.rows['ours'])} criteria in {talks} talks of "
        f"{len(report.cases)} cases, none with a language model. Intervals draw talks anew (accuracy, kappa) or are "
        "Wilson's (wrongly met). *Wrongly met* is the share of what is not met, or only partly, that the judge calls "
        "met: the mistake that lets somebody pass. Kappa is Cohen's over met, partly, not met and not applicable; "
        f"what a judge leaves undecided counts as wrong. † fewer than {FEW} criteria: no more than a hint.",
        "",
        *_HEAD,
        *table,
        "",
        *_weak(figures),
        "",
        _mistaken(report.rows["ours"]),
        END,
    ])  # fmt: skip


def replace_part(text: str, part: str) -> str:
    """`text` with its part between the markers replaced; with a section of its own at the end where it has none."""
    if BEGIN not in text:
        return f"{text.rstrip()}\n\n{HEADING}\n\n{part}\n"
    before, rest = text.split(BEGIN, 1)
    if END not in rest:
        raise ValueError(f"The document has “{BEGIN}” and no “{END}” after it.")
    return before + part + rest.split(END, 1)[1]


def _rows(group: str, judges: Mapping[str, Figures]) -> list[str]:
    lines = []
    for judge, each in judges.items():
        name = f"{group} †" if each.n < FEW else group
        first = f"| {name} | {each.n}" if judge == "ours" else "| | "
        wrong = "–" if each.wrongly_met is None else f"{each.wrongly_met:.0%}".replace("%", " %")
        lines.append(
            f"{first} | {NAMES[judge]} | {_value(each.accuracy)} | {_interval(each.accuracy)} "
            f"| {_value(each.kappa)} | {_interval(each.kappa)} | {wrong} |"
        )
    return lines


def _weak(figures: Mapping[str, Mapping[str, Figures]]) -> list[str]:
    """Where our judge is not told apart from a plain one, or agrees only moderately."""
    lines = []
    for group, judges in figures.items():
        ours = judges["ours"].kappa
        if group == "all" or ours.value is None or ours.value >= 0.6:
            continue
        plain = max(judges[name].kappa.high or 0.0 for name in judges if name != "ours")
        beaten = "" if ours.low is not None and ours.low > plain else ", not surely better than the plain judges"
        lines.append(f"- Weak: {group}, kappa {_value(ours)} ({ours.strength} agreement){beaten}.")
    return lines or ["- No group of criteria has a kappa under 0.6."]


def _mistaken(rows: Sequence[Compared]) -> str:
    counted = confusions(rows)
    if not counted:
        return "Our judge makes no mistake on this set, which says more about the set than about the judge."
    told = ", ".join(f"{n} × {_word(truth)} taken for {_word(found)}" for (truth, found), n in counted.items())
    return f"What our judge mistakes: {told}."


def _word(verdict: str) -> str:
    return verdict.replace("_", " ")


def _value(measure: Agreement) -> str:
    return "–" if measure.value is None else f"{measure.value + 0.0:.2f}"


def _interval(measure: Agreement) -> str:
    if measure.low is None or measure.high is None:
        return "–"
    return f"{measure.low:.2f} to {measure.high:.2f}".replace("-0.00", "0.00")
