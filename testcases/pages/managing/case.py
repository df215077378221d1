"""One test case from the inside: what it is, its versions, its figures, what people do with it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prompts.pages.words import LANGUAGES
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.content.problems import ContentError
from testcases.models import Assignment, CaseFigures, CaseRun, CaseVersion, Suite, TestCase
from testcases.pages.managing.figures import NONE, case_rates
from testcases.pages.managing.inside import Inside, inside_of
from testcases.pages.managing.loading import load_case, version_of, versions_of
from testcases.pages.measuring.validation_words import FLAGS, finding
from testcases.selectors import content_of
from testcases.skills import name_of

RUNS_SHOWN = 8


@require_safe
@page(Capability.VIEW_TESTS)
def show_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The page; `v` is the version that it shows, the newest without it."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    number = request.GET.get("v", "")
    shown = version_of(case, number) if number else case.current
    context: dict[str, Any] = {
        "tc": "cases",
        "case": case,
        "shown": shown,
        "is_newest": shown is not None and shown.pk == case.current_id,
        "inside": _inside(shown),
        "versions": versions_of(case),
        "skills": [name_of(slug) for slug in case.skills],
        "language": LANGUAGES.get(case.language, case.language),
        "rate": case_rates(user, [case.pk]).get(case.pk, NONE),
        "may_write": user.manages_tests,
        **_around(user, case),
    }
    return render(request, "testcases/managing/case.html", context)


def _inside(version: CaseVersion | None) -> Inside | None:
    """What a version says; None where it was kept in a form that is not read any more."""
    try:
        return inside_of(content_of(version)) if version else None
    except ContentError:
        return None


def _around(user: User, case: TestCase) -> dict[str, Any]:
    """Runs, suites, assignments and figures of the case, as far as the reader sees them."""
    runs = CaseRun.objects.visible_to(user).filter(version__case=case, is_trial=False)
    given = Assignment.objects.visible_to(user).filter(case=case, cancelled_at=None)
    figures = CaseFigures.objects.visible_to(user).filter(case=case).first()
    return {
        "runs": runs.select_related("agent", "version", "prompt_version__prompt")
        .defer("lines", "version__content")
        .order_by("-happened_at")[:RUNS_SHOWN],
        "suites": Suite.objects.visible_to(user).filter(members__case=case),
        "given": given.filter(done_at=None).count(),
        "given_done": given.exclude(done_at=None).count(),
        "measured": figures,
        "flags": [str(FLAGS.get(each, each)) for each in figures.figures.get("flags", ())] if figures else [],
        "lint": [finding(each["code"], each["values"]) for each in figures.figures.get("lint", ())] if figures else [],
    }
