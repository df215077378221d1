"""Changing many calls from their list: what will happen to how many is shown first, then a job does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recordings.admin.bulk_forms import AssignForm, BulkForm, OutcomeForm, RescoreForm
from recordings.bulk.services import MOST_CALLS, choose_calls, job_of, start_bulk_change
from recordings.models import BulkAction, BulkChange, CallStatus, Origin, Review, ReviewKind, SalesCall
from recordings.models.call import SalesCallQuerySet
from recordings.scoring.runs import start_rescore
from recordings.scoring.selection import CallFilters, scorable_calls
from salesiq.jobs.selectors import job_progress
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.models import User
from salesiq.people.roles import Capability

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Words = "str | StrPromise"
LOOK_AGAIN_SECONDS = 2
SHOWN = 20
# One fact about the chosen calls: what it says, and how many of them it is true of.
Fact = tuple[Any, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """One change to many calls. `begin` starts it and says where its progress is shown."""

    title: "str | StrPromise"
    says: "str | StrPromise"
    button: "str | StrPromise"
    form: type[BulkForm]
    facts: Callable[[SalesCallQuerySet, User], Sequence[Fact]]
    begin: Callable[[SalesCallQuerySet, BulkForm, HttpRequest], str]


def _facts_of_assigning(calls: SalesCallQuerySet, user: User) -> Sequence[Fact]:
    waiting = Review.objects.unfinished().filter(kind=ReviewKind.QUALITY, call__in=calls.order_by().values("pk"))
    return [
        (_("are not analysed, and cannot be reviewed"), calls.exclude(status=CallStatus.PUBLISHED).count()),
        (_("are being reviewed already, and stay with whoever has them"), waiting.values("call").distinct().count()),
    ]


def _facts_of_outcome(calls: SalesCallQuerySet, user: User) -> Sequence[Fact]:
    person = Q(outcome_origin=Origin.PERSON)
    return [
        (_("have an outcome that a person set; it is replaced"), calls.filter(person).count()),
        (_("have one that another system set; it is replaced"), calls.filter(outcome_origin=Origin.IMPORTED).count()),
    ]


def _facts_of_rescoring(calls: SalesCallQuerySet, user: User) -> Sequence[Fact]:
    fit = scorable_calls(user, CallFilters()).filter(pk__in=calls.order_by().values("pk")).count()
    return [
        (_("are measured; the score they have stays beside the new one"), fit),
        (_("have no words to measure, and stay as they are"), calls.count() - fit),
    ]


def _begin(action: BulkAction) -> Callable[[SalesCallQuerySet, BulkForm, HttpRequest], str]:
    def begin(calls: SalesCallQuerySet, form: BulkForm, request: HttpRequest) -> str:
        user = signed_in(request)
        change = start_bulk_change(calls=calls, action=action, values=form.values(), actor=user, request=request)
        return reverse("admin:recordings_bulkchange_change", args=[change.pk])

    return begin


def _begin_rescoring(calls: SalesCallQuerySet, form: BulkForm, request: HttpRequest) -> str:
    user = signed_in(request)
    _client, ids = choose_calls(calls, user=user)
    card = form.cleaned_data["scorecard"]
    start_rescore(scorecard=card, actor=user, calls=ids)
    messages.success(request, _("The calls are being measured. How far it is stands on the scorecard's page."))
    return reverse("admin:recordings_scorecard_change", args=[card.pk])


BULK: dict[str, Bulk] = {
    "assign_reviews": Bulk(
        title=gettext_lazy("Give to reviewers"),
        says=gettext_lazy("Each call becomes a review in the queue of one of them."),
        button=gettext_lazy("Give to reviewers"),
        form=AssignForm,
        facts=_facts_of_assigning,
        begin=_begin(BulkAction.ASSIGN),
    ),
    "set_outcomes": Bulk(
        title=gettext_lazy("Set the outcome"),
        says=gettext_lazy("It is a person's word, which no later analysis overrules."),
        button=gettext_lazy("Set the outcome"),
        form=OutcomeForm,
        facts=_facts_of_outcome,
        begin=_begin(BulkAction.OUTCOME),
    ),
    "rescore_calls": Bulk(
        title=gettext_lazy("Measure by a scorecard"),
        says=gettext_lazy("Each call gets a score by this version, which counts from then on."),
        button=gettext_lazy("Measure"),
        form=RescoreForm,
        facts=_facts_of_rescoring,
        begin=_begin_rescoring,
    ),
}


def register_bulk(name: str, bulk: Bulk) -> None:
    """Let an app above add its own way: the list of calls has an action of that name."""
    BULK[name] = bulk


def ask(request: HttpRequest, calls: Any, name: str) -> HttpResponse | None:
    """Show what will happen, or begin it where that was confirmed. None: back to the list, with a message."""
    bulk, user = BULK[name], signed_in(request)
    confirmed = request.POST.get("confirmed") == name
    form = bulk.form(request.POST if confirmed else None, user=user)
    count = calls.order_by()[: MOST_CALLS + 1].count()
    try:
        if not 0 < count <= MOST_CALLS:
            choose_calls(calls, user=user)  # which says why not
        if confirmed and form.is_valid():
            return HttpResponseRedirect(bulk.begin(calls, form, request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None
    context = {
        **admin.site.each_context(request),
        "title": bulk.title,
        "bulk": bulk,
        "name": name,
        "form": form,
        "count": count,
        "facts": [fact for fact in bulk.facts(calls, user) if fact[1]],
        "calls": calls.with_people()[:SHOWN],
        "more": max(0, count - SHOWN),
        "chosen": request.POST.getlist("_selected_action"),
        "across": request.POST.get("select_across", "0"),
        "back": request.get_full_path(),
    }
    return TemplateResponse(request, "recordings/admin/bulk_ask.html", context)


class BulkActions:
    """Actions of the list of calls; mixed into its screen."""

    def has_assign_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_QUALITY)

    def has_rescore_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_STANDARDS)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.VIEW_ANALYTICS) and "export_calls" in BULK

    @admin.action(description=gettext_lazy("Give to reviewers…"), permissions=["assign"])
    def assign_reviews(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> HttpResponse | None:
        return ask(request, queryset, "assign_reviews")

    @admin.action(description=gettext_lazy("Measure by a scorecard…"), permissions=["rescore"])
    def rescore_calls(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> HttpResponse | None:
        return ask(request, queryset, "rescore_calls")

    @admin.action(description=gettext_lazy("Set the outcome…"), permissions=["change"])
    def set_outcomes(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> HttpResponse | None:
        return ask(request, queryset, "set_outcomes")

    @admin.action(description=gettext_lazy("Export…"), permissions=["export"])
    def export_calls(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> HttpResponse | None:
        return ask(request, queryset, "export_calls")


@admin.register(BulkChange)
class BulkChangeAdmin(ScopedModelAdmin):
    """What was asked for and how far it is; looks again by itself while it goes on."""

    view_capability = Capability.EDIT_CALLS
    change_form_before_template = "recordings/admin/_bulk_state.html"  # type: ignore[assignment]
    list_display = ["created_at", "action", "total", "done", "changed", "refused", "created_by", "client"]
    list_filter = ["action", ("client", ScopedRelatedFilter)]
    list_select_related = ["created_by", "client"]
    fields = ["action", "created_by", "created_at", "finished_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(action=BulkAction.EXPORT).defer("calls", "values")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        change = self.get_object(request, object_id)
        job = job_of(change) if change is not None else None
        progress = job_progress(job) if job else None
        shown = {"bulk": change, "progress": progress, **(extra_context or {})}
        response = super().change_view(request, object_id, form_url, shown)
        if progress is not None and progress.is_active:
            response["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    @admin.display(description=gettext_lazy("refused"))
    def refused(self, change: BulkChange) -> int:
        return change.refused
