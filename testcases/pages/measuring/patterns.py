"""What passing runs of a case say that failing ones do not, and the best of it word for word."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.insights.patterns import CasePatterns, case_patterns
from testcases.insights.practices import Practice, best_practices
from testcases.insights.runs import judged
from testcases.models import TestCase
from testcases.pages.managing.loading import one_of
from testcases.pages.measuring.filters import filters_of
from testcases.pages.measuring.wording import Moved, decimal, gap_moved, p_words, percent
from testcases.skills import name_of
from testcases.statistics.patterns import Pattern


@dataclass(frozen=True, slots=True)
class CriterionRow:
    text: str
    passed: str
    failed: str
    moved: Moved


@dataclass(frozen=True, slots=True)
class PhraseRow:
    words: str
    passed: str
    failed: str
    p: str


@dataclass(frozen=True, slots=True)
class HabitRow:
    name: str
    passed: str
    failed: str
    p: str
    is_sure: bool


@require_safe
@page(Capability.VIEW_TESTS)
def patterns(request: HttpRequest) -> HttpResponse:
    """Of the case that was chosen, or the one with most runs."""
    user = signed_in_user(request)
    filters = filters_of(request, user, without=("test_type", "difficulty", "language"))
    narrowing = filters.narrowing
    ran = narrowing.narrow(judged(user)).order_by().values("version__case")
    cases = list(TestCase.objects.visible_to(user).filter(pk__in=ran).select_related("current").order_by("title"))
    case = one_of(TestCase.objects.visible_to(user).select_related("current"), request.GET.get("case", ""))
    case = case or (cases[0] if cases else None)
    context: dict[str, Any] = {"tc": "insights", "part": "patterns", "filters": filters, "cases": cases, "case": case}
    if case is not None:
        found = case_patterns(user, case, narrowing)
        context |= {
            "found": found, "criteria": _criteria(found), "phrases": [_phrase(each) for each in found.phrases],
            "habits": _habits(found), "practices": _by_skill(best_practices(user, narrowing, case=case.pk)),
        }  # fmt: skip
    return render(request, "testcases/measuring/patterns.html", context)


def _criteria(found: CasePatterns) -> list[CriterionRow]:
    return [
        CriterionRow(each.text, percent(each.passed), percent(each.failed), gap_moved(each.gap))
        for each in found.criteria
    ]


def _phrase(each: Pattern) -> PhraseRow:
    return PhraseRow(
        each.words, percent(each.passed / each.n_passed), percent(each.failed / each.n_failed), p_words(each.p)
    )


def _habits(found: CasePatterns) -> list[HabitRow]:
    names = {
        "questions": _("Questions asked"), "talk": _("Agent's share of the words"), "turn": _("Words in a turn"),
    }  # fmt: skip
    rows = []
    for each in found.habits:
        show = percent if each.name == "talk" else decimal
        difference = each.difference
        sure = each.p is not None and each.p < 0.05
        rows.append(
            HabitRow(names[each.name], _shown(show, difference.mean_b), _shown(show, difference.mean_a),
                     p_words(each.p), sure)
        )  # fmt: skip
    return rows


def _shown(show: Any, value: float | None) -> str:
    return str(show(value) if show is percent else show(value, 1))


def _by_skill(found: list[Practice]) -> list[tuple[str, list[Practice]]]:
    groups: dict[str, list[Practice]] = {}
    for each in found:
        groups.setdefault(name_of(each.skill), []).append(each)
    return list(groups.items())
