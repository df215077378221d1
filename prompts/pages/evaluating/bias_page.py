"""A bias check in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prompts.models import BiasCheck, WorkStatus
from prompts.pages.evaluating.spans import ZeroSpan, zero_span
from prompts.pages.evaluating.wording import decimal, number, signed, span
from prompts.pages.evaluating.work_form import ATTRIBUTE_NAMES

DIFFERENT, ALIKE = "different", "alike"


@dataclass(frozen=True, slots=True)
class Difference:
    """A group against the reference of its attribute, in one measure."""

    attribute: str
    group: str
    reference: str
    measure: str
    n: int
    before: str
    after: str
    difference: str
    interval: str
    p: str
    says: str
    said: str
    bar: ZeroSpan | None

    @property
    def is_different(self) -> bool:
        return self.says == DIFFERENT


@dataclass(frozen=True, slots=True)
class BiasPage:
    check: BiasCheck
    is_live: bool
    percent: int
    said: str
    kind: str
    differences: list[Difference]
    left_out: list[str]


def bias_page(check: BiasCheck) -> BiasPage:
    result: Mapping[str, Any] = check.result
    rows = sorted(result.get("differences", []), key=lambda row: (row["says"] != DIFFERENT, row["p_holm"]))
    left_out = [(name, count) for name, count in (result.get("left_out") or {}).items() if count]
    return BiasPage(
        check=check,
        is_live=check.status == WorkStatus.RUNNING,
        percent=round(100 * check.done / check.total) if check.total else 0,
        said=_said(check, rows),
        kind="" if check.status != WorkStatus.FINISHED else "worse" if result.get("different") else "same",
        differences=[_difference(row) for row in rows],
        left_out=[_left_out(name, count) for name, count in left_out],
    )


def _said(check: BiasCheck, rows: list[Any]) -> str:
    if check.status == WorkStatus.FAILED:
        return check.error
    if check.status != WorkStatus.FINISHED:
        return ""
    different = int(check.result.get("different") or 0)
    if different:
        text = ngettext(
            "%(n)s difference between groups is more than chance explains.",
            "%(n)s differences between groups are more than chance explains.",
            different,
        )
        return text % {"n": different}
    alike = sum(row["says"] == ALIKE for row in rows)
    if rows and alike == len(rows):
        return _("All groups came out alike, within five hundredths of the scale.")
    return _("No difference is shown. Where “undecided” stands, more cases would tell.")


def _difference(row: Mapping[str, Any]) -> Difference:
    low, high, bound = number(row, "low"), number(row, "high"), number(row, "bound") or 0.0
    difference = number(row, "difference")
    widest = max(4 * bound, *(abs(end) for end in (low, high, difference) if end is not None), 1e-9)
    says = str(row["says"])
    return Difference(
        attribute=str(ATTRIBUTE_NAMES.get(row["attribute"], row["attribute"])),
        group=str(row["group"]).replace("_", " "),
        reference=str(row["reference"]).replace("_", " "),
        measure=str(row["measure"]),
        n=int(row["n"]),
        before=decimal(number(row, "before")),
        after=decimal(number(row, "after")),
        difference=signed(difference),
        interval=span(low, high),
        p=decimal(number(row, "p_holm"), 3),
        says=says,
        said={DIFFERENT: _("different"), ALIKE: _("alike")}.get(says, _("undecided")),
        bar=zero_span(difference, low, high, widest),
    )


def _left_out(name: str, count: int) -> str:
    text = ngettext("%(name)s: %(n)s case could not be varied", "%(name)s: %(n)s cases could not be varied", count)
    return text % {"name": ATTRIBUTE_NAMES.get(name, name), "n": count}
