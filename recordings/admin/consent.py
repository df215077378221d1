"""Lawful basis in the back office: what a client declares, the rules of places, and the history of consent."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from recordings.admin.consent_forms import ConsentForm, JurisdictionForm, PolicyForm
from recordings.grounds import record_consent
from recordings.models import ConsentRecord, ConsentState, JurisdictionRule, PartyRule, ProcessingPolicy
from recordings.privacy.jurisdiction import copy_rules
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

_lazy: Any = gettext_lazy
RULE_COLOURS: dict[str, str] = {PartyRule.ALL_PARTY: "warning", PartyRule.ONE_PARTY: "info"}
STATE_COLOURS: dict[str, str] = {
    ConsentState.GIVEN: "success",
    ConsentState.PENDING: "warning",
    ConsentState.REFUSED: "danger",
    ConsentState.WITHDRAWN: "danger",
}


class PrivacyAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    change_capability: ClassVar[Capability | None] = Capability.MANAGE_PRIVACY
    add_capability = Capability.MANAGE_PRIVACY


@admin.register(ProcessingPolicy)
class ProcessingPolicyAdmin(PrivacyAdmin):
    """One row a client, never deleted: to declare nothing is a decision as well."""

    form = PolicyForm
    list_display = ["client", "basis", "default_rule", "look_for_spoken_consent", "unknown_action", "on_withdrawal"]
    list_select_related = ["client"]
    fieldsets = [
        (None, {"fields": ["client"]}),
        (
            _lazy("On what basis calls are processed"),
            {
                "fields": ["declared_basis", "declared_note"],
                "description": _lazy("For calls that come without a basis of their own. Calls held back stay so."),
            },
        ),
        (
            _lazy("Where everybody must agree to a recording"),
            {"fields": ["default_region", "default_rule", "look_for_spoken_consent"]},
        ),
        (_lazy("What becomes of calls that may not be processed"), {"fields": ["unknown_action", "on_withdrawal"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Once: a client has one policy."""
        if not super().has_add_permission(request):
            return False
        user = signed_in(request)
        return user.is_superuser or not ProcessingPolicy.objects.visible_to(user).exists()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["client"] if obj else []

    @admin.display(description=gettext_lazy("declared basis"), ordering="declared_basis")
    def basis(self, policy: ProcessingPolicy) -> str:
        return policy.get_declared_basis_display() or _("nothing declared")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return ["basis"]


@admin.register(JurisdictionRule)
class JurisdictionRuleAdmin(PrivacyAdmin):
    """Shipped rules are everybody's and changed by the installation's superuser alone; a client sets its own beside."""

    delete_capability = Capability.MANAGE_PRIVACY
    form = JurisdictionForm
    list_display = ["code", "badge", "known_as", "source", "whose"]
    list_filter = ["rule", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["code", "names", "source"]
    fields = ["client", "code", "names", "rule", "source"]
    actions = ["copy_for_own_client"]
    list_before_template = "recordings/admin/_jurisdictions_head.html"  # type: ignore[assignment]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_theirs(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_theirs(request, obj)

    def _is_theirs(self, request: HttpRequest, rule: JurisdictionRule | None) -> bool:
        user = signed_in(request)
        return user.is_superuser or rule is None or rule.client_id is not None

    def get_actions(self, request: HttpRequest) -> Any:
        """Deleting several at once would not ask whose each is."""
        actions = super().get_actions(request)
        if not signed_in(request).is_superuser:
            actions.pop("delete_selected", None)
        return actions

    @display(description=_lazy("rule"), ordering="rule", label=RULE_COLOURS)
    def badge(self, rule: JurisdictionRule) -> tuple[str, str]:
        return rule.rule, rule.get_rule_display()

    @admin.display(description=gettext_lazy("names"))
    def known_as(self, rule: JurisdictionRule) -> str:
        shown = [str(name) for name in rule.names[:3]]
        return ", ".join([*shown, "…"] if len(rule.names) > len(shown) else shown)

    @admin.display(description=gettext_lazy("set by"), ordering="client__name")
    def whose(self, rule: JurisdictionRule) -> str:
        return rule.client.name if rule.client else _("shipped")

    @admin.action(description=gettext_lazy("Copy for my client, to change it"), permissions=["add"])
    def copy_for_own_client(self, request: HttpRequest, queryset: QuerySet[JurisdictionRule]) -> None:
        client = signed_in(request).client
        if client is None:
            self.message_user(request, _("You belong to no client. Add a rule and name its client."), messages.WARNING)
            return
        count = copy_rules(client, queryset)
        text = ngettext("%(count)d rule is now your own.", "%(count)d rules are now your own.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(ConsentRecord)
class ConsentRecordAdmin(PrivacyAdmin):
    """What was said on consent, and when. Entries are added, never changed: the latest counts."""

    change_capability = None
    audited = True
    form = ConsentForm
    list_display = ["state_badge", "basis", "evidence", "speaks_for", "at", "recorded_by", "channel", "client"]
    list_filter = ["state", "basis", "evidence", "at", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "recorded_by", "customer", "call"]
    search_fields = ["reference"]
    ordering = ["-recorded_at"]
    FILED = ["state", "basis", "evidence", "reference", "quote", "speaks_for", "at", "expires_at", "recorded_at",
             "recorded_by", "channel", "region_code", "party_rule", "rule_source"]  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is not None:
            return [(None, {"fields": self.FILED})]
        asked = ["who", "state", "basis", "evidence", "reference", "at", "expires_at"]
        return [(None, {"fields": asked if self._tenant_id(request) else ["client", *asked]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return self.FILED if obj else []

    @display(description=_lazy("state"), ordering="state", label=STATE_COLOURS)
    def state_badge(self, record: ConsentRecord) -> tuple[str, str]:
        return record.state, record.get_state_display()

    @admin.display(description=gettext_lazy("speaks for"))
    def speaks_for(self, record: ConsentRecord) -> str:
        """By ids: whoever looks after the law needs no names in a list."""
        if record.call_id:
            return _("call %(id)s") % {"id": record.call_id}
        return _("all calls of customer %(id)s") % {"id": record.customer_id}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """As everywhere; what only the service can tell comes back as a message."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        record = record_consent(
            statement=form.statement(), actor=signed_in(request), call=form.call, customer=form.customer
        )
        obj.pk = record.pk
        obj._state.adding = False
        obj.refresh_from_db()

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, _("Noted. It counts from now on."), messages.SUCCESS)
        return HttpResponseRedirect("../")
