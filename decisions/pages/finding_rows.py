"""Findings made ready for pages: what was found, what to do, what is at stake, and what people may do with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse

from analytics.charts import Numbers
from analytics.metrics import MEASURES, METRICS, Rows, Unit
from decisions.advice import wording
from decisions.advice.naming import Names, names_of
from decisions.models import Finding, FindingStatus, Worked

CLOSED = (FindingStatus.DONE, FindingStatus.DISMISSED)
TONES = {
    FindingStatus.OPEN: "callback", FindingStatus.ACKNOWLEDGED: "qualified", FindingStatus.DONE: "converted",
    FindingStatus.DISMISSED: "", FindingStatus.SNOOZED: "",
}  # fmt: skip
WORKED_TONES = {Worked.YES: "converted", Worked.NO: "not_qualified", Worked.UNCLEAR: "callback"}


@dataclass(frozen=True, slots=True)
class Proof:
    """One figure behind a finding; `url` leads to the rows."""

    label: str
    value: str
    interval: str
    n: str
    url: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding: Finding
    sentence: str
    action: str
    money: str
    certainty: str
    tone: str
    outcome: str
    worked_tone: str
    url: str
    proofs: list[Proof] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.finding.status not in CLOSED

    @property
    def may_be_acknowledged(self) -> bool:
        return self.finding.status in (FindingStatus.OPEN, FindingStatus.SNOOZED)


def rows_of(findings: Iterable[Finding], numbers: Numbers, client_query: Mapping[str, str]) -> list[FindingRow]:
    """Rows for a list: their names are read at once."""
    found = list(findings)
    names = names_of(found)
    return [row_of(each, numbers, client_query, names) for each in found]


def row_of(
    finding: Finding, numbers: Numbers, client_query: Mapping[str, str], names: Names | None = None, *,
    with_proofs: bool = False,
) -> FindingRow:  # fmt: skip
    names = names or names_of([finding])
    money = numbers.value(Unit.MONEY, finding.money) if finding.money else ""
    return FindingRow(
        finding=finding,
        sentence=_unbroken(wording.sentence(finding, names=names)),
        action=wording.action(finding),
        money=money,
        certainty=_unbroken(wording.certainty(finding)),
        tone=TONES[FindingStatus(finding.status)],
        outcome=wording.outcome(finding),
        worked_tone=WORKED_TONES.get(Worked(finding.worked), ""),
        url=_with(reverse("analytics-finding", args=[finding.pk]), client_query),
        proofs=_proofs(finding, names, numbers, client_query) if with_proofs else [],
    )


def _unbroken(text: str) -> str:
    """No line ends between a number and its percent sign."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _proofs(finding: Finding, names: Names, numbers: Numbers, client_query: Mapping[str, str]) -> list[Proof]:
    return [
        Proof(
            label=each.label[:1].upper() + each.label[1:],
            value=each.value,
            interval=each.interval,
            n="" if each.n is None else numbers.count(each.n),
            url=_rows(finding, each.query, client_query),
        )
        for each in wording.evidence(finding, names=names)
    ]


# Which set of rows a figure counts, as the page of rows names it.
_SETS = {Rows.DEALS_CLOSED: "closed", Rows.DEALS_OPEN: "open", Rows.TASKS_DUE: "late", Rows.TASKS_DONE: "done"}


def _rows(finding: Finding, query: str, client_query: Mapping[str, str]) -> str:
    """The page of the rows behind a figure, narrowed as the evidence says; those of deals unless it is of others."""
    if not query:
        return ""
    metric = METRICS.get(str(finding.figures.get("metric", "")))
    rows = MEASURES[metric.rests_on].rows if metric else Rows.DEALS_CLOSED
    asked = {**dict(parse_qsl(query)), **client_query}
    asked.setdefault("period", "custom" if {"since", "until"} & set(asked) else "all")
    if rows.kind == "calls":
        return _with(reverse("calls"), asked)
    if rows in _SETS:
        asked.setdefault("which", _SETS[rows])
    return _with(reverse("analytics-rows", args=[rows.kind]), asked)


def _with(path: str, query: Mapping[str, Any]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
