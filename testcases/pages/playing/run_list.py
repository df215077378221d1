"""Everything that was judged, for who reviews it; the filters live in the URL."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from recordings.pages.formatting import decimal
from salesiq.people.models import Agent, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import CaseRun, RunStatus, SubjectKind, TestCase, TestType
from testcases.runs.results import readable_runs

PAGE_SIZE = 50
WAITS, PASSED, FAILED, UNJUDGED = "waits", "passed", "not-passed", "unjudged"
REVIEWED, UNREVIEWED = "yes", "no"
DAYS = {"7": gettext_lazy("Last 7 days"), "30": gettext_lazy("Last 30 days"), "90": gettext_lazy("Last 90 days")}
OUTCOMES = {
    WAITS: Q(status=RunStatus.JUDGED, passed__isnull=True),
    PASSED: Q(status=RunStatus.JUDGED, passed=True),
    FAILED: Q(status=RunStatus.JUDGED, passed=False),
    UNJUDGED: ~Q(status=RunStatus.JUDGED),
}


class RunFilters(forms.Form):
    """Everything optional; a value that cannot be read is left out and told next to its field."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Result"), required=False,
        choices=[
            ("", gettext_lazy("Any result")), (WAITS, gettext_lazy("Waits for a person")),
            (PASSED, gettext_lazy("Passed")), (FAILED, gettext_lazy("Not passed")),
            (UNJUDGED, gettext_lazy("Not judged")),
        ],
    )  # fmt: skip
    reviewed = forms.ChoiceField(
        label=gettext_lazy("Reviewed by a person"), required=False,
        choices=[("", gettext_lazy("Yes or no")), (REVIEWED, gettext_lazy("Yes")), (UNREVIEWED, gettext_lazy("No"))],
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Subject"), required=False,
        choices=[("", gettext_lazy("Any subject")), *SubjectKind.choices],
    )  # fmt: skip
    case = forms.ModelChoiceField(
        TestCase.objects.none(), label=gettext_lazy("Test case"), required=False,
        empty_label=gettext_lazy("All test cases"),
    )  # fmt: skip
    type = forms.ChoiceField(
        label=gettext_lazy("Type"), required=False, choices=[("", gettext_lazy("Every type")), *TestType.choices]
    )
    agent = forms.ModelChoiceField(
        Agent.objects.none(), label=gettext_lazy("Agent"), required=False, empty_label=gettext_lazy("All agents")
    )
    days = forms.ChoiceField(
        label=gettext_lazy("When"), required=False, choices=[("", gettext_lazy("Any day")), *DAYS.items()]
    )
    trials = forms.BooleanField(label=gettext_lazy("Trials too"), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, auto_id="filter-%s")
        fields: dict[str, Any] = self.fields
        fields["case"].queryset = TestCase.objects.visible_to(user).only("title", "client").order_by("title")
        fields["agent"].queryset = Agent.objects.visible_to(user).only("name", "client").order_by("name")

    @cached_property
    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def in_use(self) -> int:
        return len(self.chosen)

    def narrow(self, runs: QuerySet[CaseRun]) -> QuerySet[CaseRun]:
        chosen = self.chosen
        for name, path in (("kind", "kind"), ("case", "version__case"), ("type", "version__case__test_type"),
                           ("agent", "agent")):  # fmt: skip
            if name in chosen:
                runs = runs.filter(**{path: chosen[name]})
        if "outcome" in chosen:
            runs = runs.filter(OUTCOMES[chosen["outcome"]])
        if "reviewed" in chosen:
            runs = runs.filter(reviewed_at__isnull=chosen["reviewed"] == UNREVIEWED)
        if "days" in chosen:
            runs = runs.filter(happened_at__gte=timezone.now() - timedelta(days=int(chosen["days"])))
        return runs if "trials" in chosen else runs.filter(is_trial=False)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A line of the list: `subject` says who or what was judged."""

    run: CaseRun
    subject: str
    score: str
    before: str


@require_safe
@vary_on_headers("HX-Request")
@page(Capability.VIEW_TESTS)
def runs(request: HttpRequest) -> HttpResponse:
    """The page, or, for htmx, only what the filters change."""
    user = signed_in_user(request)
    filters = RunFilters(request.GET, user=user)
    rows, older = _page(filters.narrow(readable_runs(user)), request.GET.get("after", ""))
    context: dict[str, Any] = {
        "tc": "runs",
        "filters": filters,
        "rows": [_row(run) for run in rows],
        "older": _link(request, older) if older else "",
        "first": _link(request, "") if request.GET.get("after") else "",
    }
    if request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request"):
        return render(request, "testcases/runs/_results.html", context | {"tell": True})
    return render(request, "testcases/runs/list.html", context)


def _page(found: QuerySet[CaseRun], cursor: str) -> tuple[list[CaseRun], str]:
    """Fifty runs, the newest first, and the place where the next fifty begin."""
    related = ("version__case", "agent", "prompt_version__prompt", "started_by")
    place = _read(cursor)
    if place:
        moment, key = place
        found = found.filter(Q(happened_at__lt=moment) | Q(happened_at=moment, pk__lt=key))
    found = found.select_related(*related).defer("lines", "version__content", "prompt_version__messages")
    rows = list(found.order_by("-happened_at", "-pk")[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return rows, f"{rows[-1].happened_at.isoformat()}_{rows[-1].pk}" if more else ""


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    moment, _sep, key = cursor.rpartition("_")
    try:
        at, pk = parse_datetime(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        return None
    return (at, pk) if at and at.tzinfo else None


def _row(run: CaseRun) -> RunRow:
    overruled = run.automatic_score != run.score
    return RunRow(
        run=run,
        subject=subject_of(run),
        score=decimal(run.score, 0),
        before=decimal(run.automatic_score, 0) if overruled else "",
    )


def subject_of(run: CaseRun) -> str:
    """Who or what was judged, in words."""
    if run.agent is not None:
        return run.agent.name
    if run.prompt_version is not None:
        return f"{run.prompt_version.prompt.title} v{run.prompt_version.number}"
    if run.started_by is not None:
        return run.started_by.get_full_name() or run.started_by.get_username()
    return _("Nobody in particular")


def _link(request: HttpRequest, after: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    if after:
        query["after"] = after
    return "?" + query.urlencode()
