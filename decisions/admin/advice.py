"""Alert rules, findings and subscriptions in the back office."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from analytics.metrics import METRICS
from decisions.advice import wording
from decisions.advice.naming import names_of
from decisions.advice.parameters import FOUND, TOLD_BY, problems_of
from decisions.advice.services import (
    acknowledge_finding,
    close_finding,
    delete_rule,
    dismiss_finding,
    save_rule,
    snooze_finding,
)
from decisions.models import AdviceSubscription, AlertRule, Finding, FindingEvent, FindingStatus
from decisions.tables.deals import today_of
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.keyset_list import KeysetChangeList
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
SNOOZE = timedelta(days=14)
STATES: dict[str, str] = {
    FindingStatus.OPEN: "danger", FindingStatus.SNOOZED: "default", FindingStatus.ACKNOWLEDGED: "info",
    FindingStatus.DONE: "success", FindingStatus.DISMISSED: "default",
}  # fmt: skip


class RuleForm(TenantForm):
    metric = forms.ChoiceField(
        label=gettext_lazy("figure"),
        choices=lambda: [
            *((key, name) for key, name in FOUND.items()),
            *((key, metric.name) for key, metric in METRICS.items()),
        ],
    )
    tells = forms.MultipleChoiceField(
        label=gettext_lazy("told by"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(TOLD_BY[0], gettext_lazy("E-mail")), (TOLD_BY[1], gettext_lazy("Webhook"))],
    )  # fmt: skip

    class Meta:
        model = AlertRule
        fields = ("client", "key", "name", "kind", "metric", "by", "parameters", "is_active", "tells")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        probe = AlertRule(**{name: values.get(name, getattr(self.instance, name)) for name in
                             ("kind", "metric", "by", "parameters", "tells")})  # fmt: skip
        for name, said in problems_of(probe).items():
            self.add_error(name, said)
        return values


@admin.register(AlertRule)
class AlertRuleAdmin(ScopedModelAdmin):
    """The services write the audit trail."""

    form = RuleForm
    view_capability = Capability.VIEW_DECISIONS
    change_capability = add_capability = delete_capability = Capability.MANAGE_DECISIONS
    list_display = ["name", "kind", "figure", "by", "is_active", "ways", "client"]
    list_filter = ["kind", "is_active", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["client", "name", "key", "kind", "metric", "by", "parameters", "is_active", "tells"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["client", "key"] if obj else []

    @admin.display(description=gettext_lazy("figure"))
    def figure(self, rule: AlertRule) -> str:
        metric = METRICS.get(rule.metric)
        return str(metric.name if metric else FOUND.get(rule.metric, rule.metric))

    @admin.display(description=gettext_lazy("told by"))
    def ways(self, rule: AlertRule) -> str:
        return ", ".join(rule.tells) or "–"

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any: ...

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any: ...

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_rule(rule=obj, actor=signed_in(request))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_rule(rule=obj, actor=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AlertRule]) -> None:
        for rule in queryset:
            delete_rule(rule=rule, actor=signed_in(request))


class EventInline(admin.TabularInline):  # type: ignore[type-arg]
    model = FindingEvent
    fields = ["created_at", "user", "action", "note"]
    readonly_fields = ["created_at", "user", "action", "note"]
    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[FindingEvent]:
        return super().get_queryset(request).select_related("user")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FindingChangeList(KeysetChangeList):
    """A page of findings with what their sentences name: one query for each dimension, however many rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        findings = list(self.result_list)
        names = names_of(findings)
        for finding in findings:
            finding.names = names
        self.result_list = findings


@admin.register(Finding)
class FindingAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_DECISIONS
    list_display = ["says", "state", "kind", "money", "share", "first_seen_on", "worked", "client"]
    list_filter = ["status", "kind", "code", "worked", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "audience"]
    ordering = ["-rank"]
    actions = ["take_on", "put_away", "dismiss", "close"]
    inlines = [EventInline]
    fields = [
        "client", "says", "advice", "proofs", "kind", "status", "money", "share", "first_seen_on", "last_seen_on",
        "snoozed_until", "acknowledged_at", "acknowledged_by", "closed_at", "result", "rule",
    ]  # fmt: skip
    readonly_fields = ["says", "advice", "proofs", "share", "result"]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return FindingChangeList

    @admin.display(description=gettext_lazy("finding"))
    def says(self, finding: Finding) -> str:
        return wording.sentence(finding, names=getattr(finding, "names", None))

    @admin.display(description=gettext_lazy("suggests"))
    def advice(self, finding: Finding) -> str:
        return wording.action(finding)

    @admin.display(description=gettext_lazy("evidence"))
    def proofs(self, finding: Finding) -> str:
        return "; ".join(f"{row.label}: {row.value} {row.interval}".strip() for row in wording.evidence(finding)) or "–"

    @admin.display(description=gettext_lazy("certainty"))
    def share(self, finding: Finding) -> str:
        return wording.certainty(finding)

    @admin.display(description=gettext_lazy("whether it worked"))
    def result(self, finding: Finding) -> str:
        return wording.outcome(finding) or "–"

    @display(description=_lazy("status"), label=STATES)
    def state(self, finding: Finding) -> tuple[str, str]:
        return finding.status, finding.get_status_display()

    def has_act_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.VIEW_DECISIONS)

    @admin.action(description=gettext_lazy("Take on"), permissions=["act"])
    def take_on(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        self._each(request, queryset, acknowledge_finding)

    @admin.action(description=gettext_lazy("Put away for two weeks"), permissions=["act"])
    def put_away(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        for finding in queryset.select_related("audience__client"):
            self._each(request, [finding], snooze_finding, until=today_of(finding.audience) + SNOOZE)

    @admin.action(description=gettext_lazy("Dismiss"), permissions=["act"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        self._each(request, queryset, dismiss_finding)

    @admin.action(description=gettext_lazy("Done"), permissions=["act"])
    def close(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        self._each(request, queryset, close_finding)

    def _each(self, request: HttpRequest, findings: Any, service: Any, **more: Any) -> None:
        count = 0
        for finding in findings:
            try:
                service(finding=finding, actor=signed_in(request), **more)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.WARNING)
            else:
                count += 1
        if count:
            done = ngettext("%(count)d recommendation was changed.", "%(count)d recommendations were changed.", count)
            self.message_user(request, done % {"count": count}, messages.SUCCESS)


@admin.register(AdviceSubscription)
class AdviceSubscriptionAdmin(ScopedModelAdmin):
    """Set by people themselves on the page of recommendations."""

    view_capability = Capability.VIEW_DECISIONS
    list_display = ["user", "cadence", "alerts_only", "is_active", "client"]
    list_filter = ["is_active", "cadence", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "user"]
    ordering = ["user__username"]
    fields = ["client", "user", "cadence", "alerts_only", "is_active"]
