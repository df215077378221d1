"""Reviews, appeals and samples in the back office: to look at, to give to others, to cancel. Written on their pages."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from recordings.models import Appeal, AppealStatus, Review, ReviewStatus, SamplingPlan, SamplingRun
from recordings.models.review import UNFINISHED
from recordings.reviewing.bulk import GivenOut, cancel_reviews, give_reviews
from recordings.reviewing.selectors import reviewers_for
from recordings.sampling.drawing import group_labels
from recordings.sampling.services import may_change_plan
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.models import User
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
MOST_AT_ONCE = 200
COLOURS: dict[str, str] = {
    ReviewStatus.ASSIGNED: "default",
    ReviewStatus.DRAFT: "info",
    ReviewStatus.SUBMITTED: "info",
    ReviewStatus.ACKNOWLEDGED: "success",
    ReviewStatus.APPEALED: "warning",
    ReviewStatus.DECIDED: "success",
    ReviewStatus.CLOSED: "default",
    ReviewStatus.CANCELLED: "default",
}
APPEAL_COLOURS: dict[str, str] = {
    AppealStatus.OPEN: "warning",
    AppealStatus.UPHELD: "success",
    AppealStatus.REJECTED: "default",
    AppealStatus.WITHDRAWN: "default",
}


class DueFilter(admin.SimpleListFilter):
    title = gettext_lazy("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("overdue", _("Overdue")), ("open", _("Open"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Review]) -> QuerySet[Review]:
        if self.value() == "overdue":
            return queryset.filter(status__in=UNFINISHED, due_at__lt=timezone.now())
        return queryset.filter(status__in=UNFINISHED) if self.value() == "open" else queryset


class GiveForm(forms.Form):
    reviewer = forms.ChoiceField(label=gettext_lazy("Reviewer"), widget=UnfoldAdminSelectWidget)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        self.people = {str(row.pk): row for row in reviewers_for(user)}
        field: Any = self.fields["reviewer"]
        field.choices = [(pk, row.get_full_name() or row.username) for pk, row in self.people.items()]


@admin.register(Review)
class ReviewAdmin(ScopedModelAdmin):
    view_capability = Capability.REVIEW_CALLS
    audited = True
    list_display = [
        "call",
        "agent",
        "reviewer",
        "state",
        "due_at",
        "total",
        "automatic_total",
        "submitted_at",
        "client",
    ]
    list_filter = ["status", DueFilter, "kind", ("client", ScopedRelatedFilter)]
    list_select_related = ["call", "call__agent", "reviewer", "client", "scorecard"]
    search_fields = ["call__title", "call__agent__name"]
    ordering = ["-created_at"]
    actions = ["give_to_another", "cancel"]
    fields = [
        "client", "open_review", "call", "scorecard", "kind", "status", "reviewer", "assigned_by", "sample_reason",
        "due_at", "total", "automatic_total", "failed_key", "summary", "given", "created_at", "started_at",
        "submitted_at", "appeal_until", "answered_at", "decided_at", "closed_at",
    ]  # fmt: skip
    readonly_fields = ["open_review", "given"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the scorecards' questions, which no row shows."""
        return super().get_queryset(request).defer("scorecard__criteria")

    @admin.display(description=gettext_lazy("agent"))
    def agent(self, review: Review) -> Any:
        return review.call.agent

    @display(description=_lazy("status"), label=COLOURS)
    def state(self, review: Review) -> tuple[str, str]:
        return review.status, review.get_status_display()

    @admin.display(description=gettext_lazy("review"))
    def open_review(self, review: Review) -> str:
        return format_html('<a href="{}">{}</a>', reverse("review", args=[review.pk]), _("Open the review"))

    @admin.display(description=gettext_lazy("answers"))
    def given(self, review: Review) -> str:
        rows = [(answer.key, answer.final_value, answer.comment) for answer in review.answers.all()]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} {}</li>", rows)) if rows else "–"

    def has_give_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_QUALITY)

    @admin.action(description=gettext_lazy("Give to another reviewer…"), permissions=["give"])
    def give_to_another(self, request: HttpRequest, queryset: QuerySet[Review]) -> HttpResponse | None:
        user = signed_in(request)
        confirmed = request.POST.get("confirmed") == "1"
        form = GiveForm(request.POST if confirmed else None, user=user)
        if confirmed and form.is_valid():
            reviewer = form.people[form.cleaned_data["reviewer"]]
            told = give_reviews(reviews=queryset[:MOST_AT_ONCE], reviewer=reviewer, actor=user)
            words = ngettext("%(n)d review was given away.", "%(n)d reviews were given away.", told.done)
            self._tell(request, told, words % {"n": told.done})
            return None
        context = {
            **admin.site.each_context(request),
            "title": _("Give to another reviewer"),
            "form": form,
            "count": min(queryset.order_by().count(), MOST_AT_ONCE),
            "chosen": request.POST.getlist("_selected_action"),
            "across": request.POST.get("select_across", "0"),
            "back": request.get_full_path(),
        }
        return TemplateResponse(request, "recordings/admin/reviews_give.html", context)

    @admin.action(description=gettext_lazy("Cancel"), permissions=["give"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        told = cancel_reviews(reviews=queryset[:MOST_AT_ONCE], actor=signed_in(request))
        words = ngettext("%(n)d review was cancelled.", "%(n)d reviews were cancelled.", told.done)
        self._tell(request, told, words % {"n": told.done})

    def _tell(self, request: HttpRequest, told: GivenOut, words: str) -> None:
        if told.done:
            self.message_user(request, words, messages.SUCCESS)
        for sentence, number in told.refused.most_common(5):
            self.message_user(request, f"{number} × {sentence}", messages.WARNING)


@admin.register(Appeal)
class AppealAdmin(ScopedModelAdmin):
    view_capability = Capability.REVIEW_CALLS
    audited = True
    list_display = ["call", "key", "state", "appealed_by", "decided_by", "created_at", "decided_at"]
    list_filter = ["status", "created_at"]
    list_select_related = ["review__call", "appealed_by", "decided_by"]
    ordering = ["-created_at"]
    fields = [
        "open_review", "key", "reason", "appealed_by", "created_at", "status", "decision", "decided_by", "decided_at",
    ]  # fmt: skip
    readonly_fields = ["open_review"]

    @admin.display(description=gettext_lazy("call"))
    def call(self, appeal: Appeal) -> str:
        return str(appeal.review.call)

    @display(description=_lazy("status"), label=APPEAL_COLOURS)
    def state(self, appeal: Appeal) -> tuple[str, str]:
        return appeal.status, appeal.get_status_display()

    @admin.display(description=gettext_lazy("review"))
    def open_review(self, appeal: Appeal) -> str:
        return format_html('<a href="{}">{}</a>', reverse("review", args=[appeal.review_id]), _("Open the review"))


@admin.register(SamplingPlan)
class SamplingPlanAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_QUALITY
    list_display = ["name", "strategy", "size", "cadence", "is_active", "created_by", "client"]
    list_filter = ["strategy", "cadence", "is_active", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "created_by"]
    ordering = ["name"]
    fields = [
        "client", "open_plan", "name", "strategy", "stratify_by", "size", "threshold", "look_back_days", "filters",
        "scorecard", "due_days", "cadence", "is_active", "created_by",
    ]  # fmt: skip
    readonly_fields = ["open_plan"]

    @admin.display(description=gettext_lazy("plan"))
    def open_plan(self, plan: SamplingPlan) -> str:
        return format_html('<a href="{}">{}</a>', reverse("sampling-plan", args=[plan.pk]), _("Open the plan"))


@admin.register(SamplingRun)
class SamplingRunAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_QUALITY
    list_display = ["plan", "period", "population", "chosen", "created_at"]
    list_filter = [("plan", ScopedRelatedFilter)]
    list_select_related = ["plan"]
    ordering = ["-created_at"]
    fields = ["plan", "period", "seed", "population", "chosen", "by_group", "created_at"]
    readonly_fields = ["by_group"]

    def get_fields(self, request: HttpRequest, obj: SamplingRun | None = None) -> Any:
        """Groups may be agents of teams that not every manager sees: they are for who may change the plan."""
        shown = obj is not None and may_change_plan(obj.plan, signed_in(request))
        return [name for name in self.fields if shown or name != "by_group"]

    @admin.display(description=gettext_lazy("groups"))
    def by_group(self, run: SamplingRun) -> str:
        labels = group_labels(run.plan, [row["group"] for row in run.groups])
        rows = [(labels.get(row["group"], row["group"]), row["chosen"], row["population"]) for row in run.groups]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {} / {}</li>", rows)) if rows else "–"
