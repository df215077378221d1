"""One test case from the inside: what it is, its versions, its figures, what people do with it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from prompts.pages.words import LANGUAGES
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.pages.managing.figures import NONE, case_rates
from testcases.pages.managing.loading import load_case, version_of, versions_of
from testcases.skills import name_of


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
        "versions": versions_of(case),
        "skills": [name_of(slug) for slug in case.skills],
        "language": LANGUAGES.get(case.language, case.language),
        "rate": case_rates(user, [case.pk]).get(case.pk, NONE),
        "may_write": user.manages_tests,
    }
    return render(request, "testcases/managing/case.html", context)
