"""How far people and judges agree, by kind of judge, from the verdicts that people have decided or confirmed."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from recordings.pages.formatting import decimal, percent
from recordings.quality.agreement import Agreement
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.judging.forms import KIND_NAMES
from testcases.models import TestCase
from testcases.runs.results import KindAgreement, agreement_of

# What Landis and Koch (1977) call a kappa of a size, in the reader's language.
STRENGTHS = {
    "poor": gettext_lazy("poor"),
    "slight": gettext_lazy("slight"),
    "fair": gettext_lazy("fair"),
    "moderate": gettext_lazy("moderate"),
    "substantial": gettext_lazy("substantial"),
    "almost perfect": gettext_lazy("almost perfect"),
}


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """A kind of judge, its figures in words; `is_small`: they rest on too few verdicts to rely on."""

    name: str
    n: int
    overridden: int
    same: str
    same_range: str
    kappa: str
    kappa_range: str
    strength: str
    is_small: bool


@require_safe
@page(Capability.VIEW_TESTS)
def agreement(request: HttpRequest) -> HttpResponse:
    """Of all cases, or of the one that `case` names."""
    user = signed_in_user(request)
    cases = TestCase.objects.visible_to(user).only("title", "client").order_by("title")
    asked = request.GET.get("case", "")
    case = get_object_or_404(cases, name=asked) if asked else None
    found = agreement_of(user=user, case=case)
    # The first is over all kinds, unless nothing was looked at.
    rows = [_row(each, kind_name(each.kind) if place else _("All judges")) for place, each in enumerate(found)]
    context: dict[str, Any] = {"tc": "runs", "rows": rows, "case": case, "few": any(row.is_small for row in rows)}
    return render(request, "testcases/runs/agreement.html", context)


def kind_name(kind: str) -> str:
    """What a judge of this kind looks for, in the reader's language."""
    return str(KIND_NAMES.get(kind, kind))


def _row(found: KindAgreement, name: str) -> AgreementRow:
    return AgreementRow(
        name=name,
        n=found.n,
        overridden=found.overridden,
        same=percent(found.percent.value),
        same_range=_share_range(found.percent),
        kappa=decimal(found.kappa.value, 2),
        kappa_range=_kappa_range(found.kappa),
        # A word for a kappa of few verdicts would say more than they do.
        strength=str(STRENGTHS.get(found.kappa.strength, "")) if found.kappa.enough else "",
        is_small=not found.percent.enough,
    )


def _share_range(found: Agreement) -> str:
    """Empty where one run alone tells nothing of how much runs differ."""
    if found.low is None or found.high is None or found.low == found.high:
        return ""
    return _("%(low)s to %(high)s") % {"low": percent(found.low), "high": percent(found.high)}


def _kappa_range(found: Agreement) -> str:
    if found.low is None or found.high is None or found.low == found.high:
        return ""
    return _("%(low)s to %(high)s") % {"low": decimal(found.low, 2), "high": decimal(found.high, 2)}
