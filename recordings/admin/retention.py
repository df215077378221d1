"""Retention policies in the back office: written with a preview of what they would do, started from templates."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from recordings.admin.retention_forms import RetentionPolicyForm
from recordings.models import Action, RetentionPolicy
from recordings.privacy.retention_plan import (
    Reach,
    count_reach,
    describe,
    reached_calls,
    rules_in_force,
    today_of,
)
from recordings.privacy.retention_policies import TEMPLATES, add_policy, add_template, revise_policy
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.models import Client
from salesiq.people.roles import Capability

_lazy: Any = gettext_lazy
ACTION_COLOURS: dict[str, str] = {
    Action.KEEP: "success",
    Action.DROP_SOUND: "info",
    Action.REDACT: "info",
    Action.ANONYMISE: "warning",
    Action.DELETE: "danger",
}
A_PAGE = 50


class Echo:
    """A file that hands back what is written to it: rows of a CSV go out as they are made."""

    def write(self, text: str) -> str:
        return text


@admin.register(RetentionPolicy)
class RetentionPolicyAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    change_capability = Capability.MANAGE_PRIVACY
    add_capability = Capability.MANAGE_PRIVACY
    delete_capability = Capability.MANAGE_PRIVACY

    form = RetentionPolicyForm
    list_before_template = "recordings/admin/_policies_head.html"  # type: ignore[assignment]
    change_form_before_template = "recordings/admin/_policy_reach.html"  # type: ignore[assignment]
    list_display = ["name", "action_badge", "days", "calls", "is_active", "version", "client"]
    list_filter = ["is_active", "action", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "team"]
    search_fields = ["name"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        which = ["call_types", "outcomes", "regions", "sources", "languages", "team"]
        rule = ["client", "name", "action", "days", "ground", "is_active"]
        fieldsets = [(None, {"fields": rule}), (_("Which calls. An empty line means all"), {"fields": which})]
        hidden = {"client"} if obj or self._tenant_id(request) else set()
        return [
            (title, {"fields": [name for name in part["fields"] if name not in hidden]}) for title, part in fieldsets
        ]

    def get_urls(self) -> Any:
        own = [
            ("preview/", self.preview, "preview"),
            ("preview.csv", self.preview_csv, "preview_csv"),
            ("reach/", self.reach, "reach"),
            ("template/", require_POST(self.template), "template"),
        ]
        named = [path(route, self.admin_site.admin_view(view), name=f"recordings_retentionpolicy_{name}")
                 for route, view, name in own]  # fmt: skip
        return named + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        policies: Any = self.get_queryset(request)
        context: Any = {
            **(extra_context or {}),
            "templates": TEMPLATES if self.has_add_permission(request) else (),
            "nothing_in_force": not policies.active().exists(),
            "clients": self._clients(request),
            "may_write": self.has_add_permission(request),
        }
        return super().changelist_view(request, context)

    # --- Columns ------------------------------------------------------------------------------------

    @display(description=_lazy("what happens"), ordering="action", label=ACTION_COLOURS)
    def action_badge(self, policy: RetentionPolicy) -> tuple[str, str]:
        return policy.action, policy.get_action_display()

    @admin.display(description=gettext_lazy("calls"))
    def calls(self, policy: RetentionPolicy) -> str:
        words = [*policy.call_types, *policy.outcomes, *policy.regions, *policy.sources, *policy.languages]
        return ", ".join([*words, *([str(policy.team)] if policy.team else [])]) or _("all")

    # --- Writing ------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        write = revise_policy if change else add_policy
        write(policy=obj, actor=signed_in(request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def template(self, request: HttpRequest) -> HttpResponse:
        """Add one of the templates; it is not in force before somebody has looked at what it would do."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            client = self._client(request, request.POST)
            if client is None:
                raise ValidationError(_("Choose a client."))
            policy = add_template(client=client, key=request.POST.get("key", ""), actor=signed_in(request))
        except ValidationError as error:
            self.message_user(request, error.messages[0], messages.ERROR)
            return HttpResponseRedirect(reverse("admin:recordings_retentionpolicy_changelist"))
        self.message_user(request, _("Added. See what it would do, then put it in force."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:recordings_retentionpolicy_change", args=[policy.pk]))

    # --- What policies would do ---------------------------------------------------------------------

    def reach(self, request: HttpRequest) -> HttpResponse:
        """The sentence beside the form: how many calls the policy being written would touch, with the others."""
        self._check_may_view(request)
        policy = self.get_queryset(request).filter(pk=request.GET.get("policy") or None).first()
        form_class = self.get_form(request, policy)
        form = form_class(request.GET, instance=policy or RetentionPolicy())
        draft, found = form.draft_rule(), None
        client = policy.client if policy else self._client(request, request.GET)
        if draft is not None and client is not None:
            others = [rule for rule in rules_in_force(client) if rule.id != draft.id]
            rules = sorted([*others, draft], key=lambda rule: rule.order)
            found = _of(draft, count_reach(client, rules, today_of(client)))
        context = {"draft": draft, "found": found, "keeps": draft is not None and draft.action == Action.KEEP}
        return TemplateResponse(request, "recordings/admin/_reach.html", context)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """What the policies in force would do today: counts, and every call."""
        self._check_may_view(request)
        client = self._client(request, request.GET)
        context = {**self.admin_site.each_context(request), "title": _("What retention would do today"),
                   "clients": self._clients(request), "client": client}  # fmt: skip
        if client is not None:
            rules, today = rules_in_force(client), today_of(client)
            calls = reached_calls(client, rules, today).select_related("agent")
            page = Paginator(calls, A_PAGE).get_page(request.GET.get("page"))
            context |= {
                "rules": rules,
                "reaches": count_reach(client, rules, today),
                "page": page,
                "rows": [describe(call, client, rules, today) for call in page],
                "may_open": signed_in(request).can(Capability.VIEW_CALLS),
            }
        return TemplateResponse(request, "recordings/admin/retention_preview.html", context)

    def preview_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """The whole list as CSV."""
        self._check_may_view(request)
        client = self._client(request, request.GET)
        answer = StreamingHttpResponse(_csv(client), content_type="text/csv; charset=utf-8")
        name = f"retention-{client.slug}-{today_of(client)}" if client else "retention"
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer

    def _check_may_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _clients(self, request: HttpRequest) -> list[Client]:
        """The clients to choose from, for whoever belongs to none."""
        user = signed_in(request)
        return list(Client.objects.all()) if user.is_superuser else []

    def _client(self, request: HttpRequest, values: Any) -> Client | None:
        """Whose policies: the user's own client; for the superuser the named one, or the only one. Else None."""
        visible = Client.objects.visible_to(signed_in(request))
        named = values.get("client") or ""
        if signed_in(request).is_superuser and named:
            return (
                get_object_or_404(visible, slug=named) if not _is_key(named) else get_object_or_404(visible, pk=named)
            )
        clients = list(visible[:2])
        return clients[0] if len(clients) == 1 else None


def _is_key(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _of(draft: Any, reaches: list[Reach]) -> Reach | None:
    return next((reach for reach in reaches if reach.rule == draft), None)


def _csv(client: Client | None) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield writer.writerow(["call", "day", "action", "policy", "version", "due", "on_legal_hold", "reason"])
    if client is None:
        return
    rules, today = rules_in_force(client), today_of(client)
    calls = reached_calls(client, rules, today).select_related("agent")
    for call in calls.iterator(chunk_size=1000):
        row = describe(call, client, rules, today)
        rule, name = row.rule, f"'{row.rule.name}" if row.rule.name[:1] in "=+-@\t\r" else row.rule.name
        yield writer.writerow([call.pk, row.day, rule.action, name, rule.version, row.due, int(row.held), row.reason])
