"""Deals in the back office: what they are worth, the stages they passed, and the calls about them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from integrations.crm.admin.display import STATUS_COLOURS
from integrations.crm.admin.ground import BY_CLIENT, BY_OWNER, BY_TEAM, PartInline, RecordAdmin, StageFilter
from integrations.crm.admin.record_forms import DealForm
from integrations.crm.formatting import money
from integrations.crm.linking import remember_by_hand
from integrations.crm.models import Deal, DealStageChange, RecordKind, StageOrigin
from recordings.models import SalesCall
from salesiq.people.backoffice import ScopedRelatedFilter, signed_in

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy


class StageChangeForm(ModelForm):  # type: ignore[type-arg]
    """What somebody writes or corrects is theirs: no later file changes it."""

    def save(self, commit: bool = True) -> Any:
        self.instance.origin = StageOrigin.HAND
        return super().save(commit)


class StageChangeInline(PartInline):
    model = DealStageChange
    form = StageChangeForm
    fields = ["stage", "entered_on"]
    verbose_name_plural = gettext_lazy("Stages")


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    form = DealForm
    kind = RecordKind.DEALS
    own_fields = [
        "name", "company", "customer", "lead", "owner", "product", "pipeline", "stage", "status", "amount", "currency",
        "source", "region", "lost_reason", "created_on", "expected_close_on", "closed_on",
    ]  # fmt: skip
    shown_fields = ["value", "spoken_about"]
    list_display = [
        "title", "company", "owner", "stage", "status_badge", "worth", "created_on", "closed_on", "client",
    ]  # fmt: skip
    list_filter = [
        "status", StageFilter, "created_on", "closed_on", ("product", ScopedRelatedFilter),
        BY_OWNER, BY_TEAM, BY_CLIENT,
    ]  # fmt: skip
    list_select_related = ["company", "owner", "client"]
    search_fields = ["name", "company__name", "customer__name", "source", "external_id"]
    search_help_text = gettext_lazy("Name, company, customer, source or id in the CRM")
    autocomplete_fields = ["company", "customer", "lead", "owner", "product", "calls"]
    inlines = [StageChangeInline]

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Who changes deals links calls as well; others see the linked ones that are theirs to see."""
        sections = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj):
            sections[0][1]["fields"] = [*sections[0][1]["fields"], "calls"]
        return sections

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Moving a deal by hand is a step of its way as well, unless it is written down already; a call unlinked by
        hand stays so."""
        deal: Deal = form.instance
        before = set(deal.calls.values_list("pk", flat=True))
        super().save_related(request, form, formsets, change)
        if "calls" in form.changed_data:
            remember_by_hand(deal=deal, before=before)
        if "stage" in form.changed_data and deal.stage:
            deal.stage_changes.get_or_create(stage=deal.stage, entered_on=timezone.localdate())

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Of its calls the reader sees those that they may see, so the deal knows who reads it."""
        deal = super().get_object(request, object_id, from_field)
        if deal is not None:
            deal.reader = signed_in(request)
        return deal

    @admin.display(description=gettext_lazy("deal"), ordering="name")
    def title(self, deal: Deal) -> str:
        return str(deal) or "–"

    @display(description=_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_badge(self, deal: Deal) -> tuple[str, str]:
        return deal.status, deal.get_status_display()

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def worth(self, deal: Deal) -> str:
        if deal.value is None:
            return money(deal.amount, deal.currency)
        return money(deal.value, deal.client.currency)

    @admin.display(description=gettext_lazy("spoken about in"))
    def spoken_about(self, deal: Any) -> str:
        """The linked calls that the reader may see."""
        calls = SalesCall.objects.visible_to(deal.reader).filter(deals=deal).select_related("agent")
        lines = (
            (reverse("call", args=[call.pk]), str(call), date_format(call.started_at), call.agent or "–",
             call.get_outcome_display())
            for call in calls.order_by("-started_at")
        )  # fmt: skip
        items = format_html_join("", '<li><a class="text-link" href="{}">{}</a> · {} · {} · {}</li>', lines)
        return format_html('<ul class="list-disc pl-4">{}</ul>', items) if items else "–"
