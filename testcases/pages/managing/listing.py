"""The list of test cases; its filters live in the URL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from prompts.pages.words import LANGUAGES
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import CaseFigures, Difficulty, Suite, TestCase, TestType
from testcases.pages.managing.figures import NONE, CaseRate, case_rates
from testcases.pages.managing.loading import one_of
from testcases.skills import SKILLS, name_of

FLAGGED, LOST_CALL, ASIDE, NEVER_RUN = "flagged", "lost-call", "aside", "never-run"
SKILLS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the list; `flags` says why the case is to be looked at."""

    case: TestCase
    number: int
    rate: CaseRate
    language: str
    skills: list[str]
    more_skills: int
    figures: CaseFigures | None

    @property
    def is_flagged(self) -> bool:
        return bool(self.figures and self.figures.is_flagged)


class CaseFilters(forms.Form):
    q = forms.CharField(
        label=_("Search"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Title, name or description")}),
    )  # fmt: skip
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("Every type")), *TestType.choices])
    difficulty = forms.ChoiceField(
        label=_("Difficulty"), required=False, choices=[("", _("Every difficulty")), *Difficulty.choices]
    )
    skill = forms.ChoiceField(label=_("Skill"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Every language")), *LANGUAGES.items()]
    )
    suite = forms.ChoiceField(label=_("Suite"), required=False)
    only = forms.ChoiceField(
        label=_("Only"), required=False,
        choices=[
            ("", _("All in use")), (FLAGGED, _("To look at")), (NEVER_RUN, _("Never run")),
            (LOST_CALL, _("Made of a call")), (ASIDE, _("Put aside")),
        ],
    )  # fmt: skip

    def __init__(self, data: Any, *, suites: Iterable[tuple[Any, str]], skills: Iterable[str]) -> None:
        super().__init__(data, auto_id="filter-%s")
        own = [(slug, name_of(slug)) for slug in sorted(set(skills) - set(SKILLS))]
        known = [(slug, skill.name) for slug, skill in SKILLS.items()]
        for name, first, values in (
            ("skill", _("Every skill"), [*known, *own]),
            ("suite", _("In or out of one"), [(str(pk), title) for pk, title in suites]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", first), *values]

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list; an invalid value narrows nothing and is told at its field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def in_use(self) -> int:
        return len(self.chosen)

    def narrow(self, user: User, cases: QuerySet[TestCase]) -> QuerySet[TestCase]:
        chosen = self.chosen
        only = chosen.get("only")
        cases = cases.filter(is_active=only != ASIDE)
        columns = {"type": "test_type", "difficulty": "difficulty_level", "language": "language"}
        cases = cases.filter(**{column: chosen[name] for name, column in columns.items() if name in chosen})
        if "suite" in chosen:
            cases = cases.filter(suites=one_of(Suite.objects.visible_to(user), chosen["suite"]))
        if "q" in chosen:
            text = chosen["q"]
            found = Q(name__icontains=text) | Q(title__icontains=text) | Q(description__icontains=text)
            cases = cases.filter(found)
        if only == FLAGGED:
            cases = cases.filter(figures__is_flagged=True)
        if only == LOST_CALL:
            cases = cases.filter(source_call__isnull=False)
        if only == NEVER_RUN:
            cases = cases.annotate(runs_n=Count("versions__runs")).filter(runs_n=0)
        return cases


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.VIEW_TESTS)
def cases(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what the filters change."""
    user = signed_in_user(request)
    suites = Suite.objects.visible_to(user).values_list("pk", "title")
    used = TestCase.objects.visible_to(user).values_list("skills", flat=True)
    filters = CaseFilters(request.GET, suites=suites, skills=[slug for slugs in used for slug in slugs])
    rows = _rows(user, filters)
    context: dict[str, Any] = {"tc": "cases", "filters": filters, "rows": rows, "count": len(rows)}
    context["languages"] = LANGUAGES.items()
    context["may_write"] = user.manages_tests and user.client_id is not None
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "testcases/managing/_results.html", context | {"tell": True})
    return render(request, "testcases/managing/list.html", context)


def _rows(user: User, filters: CaseFilters) -> list[CaseRow]:
    found = filters.narrow(user, TestCase.objects.visible_to(user)).select_related("figures", "current")
    cases = list(found.defer("current__content", "description").order_by("test_type", "title"))
    if skill := filters.chosen.get("skill"):
        cases = [each for each in cases if skill in each.skills]
    order = {value: position for position, value in enumerate(Difficulty.values)}
    cases.sort(key=lambda each: (TestType.values.index(each.test_type), order[each.difficulty_level], each.title))
    rates = case_rates(user, [each.pk for each in cases])
    return [
        CaseRow(
            case=each,
            number=each.current.number if each.current else 0,
            rate=rates.get(each.pk, NONE),
            language=str(LANGUAGES.get(each.language, each.language)),
            skills=[name_of(slug) for slug in each.skills[:SKILLS_SHOWN]],
            more_skills=max(0, len(each.skills) - SKILLS_SHOWN),
            figures=getattr(each, "figures", None),
        )
        for each in cases
    ]
