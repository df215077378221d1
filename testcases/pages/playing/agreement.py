"""How far people and judges agree, from the verdicts that people have given over those of the judges."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability


@require_safe
@page(Capability.VIEW_TESTS)
def agreement(request: HttpRequest) -> HttpResponse:
    signed_in_user(request)
    return render(request, "testcases/runs/agreement.html", {"tc": "runs"})
