"""What training did: on tests, and on real calls."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.insights.training_effect import WINDOW, TrainingEffect, training_effects
from testcases.pages.measuring.filters import filters_of
from testcases.pages.measuring.wording import Moved, change_moved, people
from testcases.skills import name_of


@dataclass(frozen=True, slots=True)
class EffectRow:
    effect: TrainingEffect
    skills: list[str]
    done: str
    on_tests: Moved
    on_calls: Moved


@require_safe
@page(Capability.VIEW_TESTS)
def effects(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    filters = filters_of(request, user, without=("days", "test_type", "difficulty", "language"))
    context: dict[str, Any] = {
        "tc": "insights", "part": "training", "filters": filters, "days": WINDOW.days,
        "rows": [effect_row(each) for each in training_effects(user, filters.narrowing)],
    }  # fmt: skip
    return render(request, "testcases/measuring/effects.html", context)


def effect_row(each: TrainingEffect) -> EffectRow:
    return EffectRow(
        each, [name_of(skill) for skill in each.training.skills], people(each.done), change_moved(each.on_tests),
        change_moved(each.on_calls, has_measure=each.has_measure),
    )  # fmt: skip
