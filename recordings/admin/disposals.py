"""What retention has done: runs with their reports, and what became of each call."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from recordings.admin.retention import ACTION_COLOURS
from recordings.models import Disposal, DisposalResult, RetentionRun
from recordings.privacy.disposal_report import retention_report
from salesiq.audit.services import record_event
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

_lazy: Any = gettext_lazy
RESULT_COLOURS: dict[str, str] = {
    DisposalResult.DONE: "success",
    DisposalResult.HELD: "info",
    DisposalResult.FAILED: "danger",
}
RUN: Any = ["created_at", "finished_at", "started_by", "done", "held", "failed", "calls", "report"]


@admin.register(RetentionRun)
class RetentionRunAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    list_display = ["created_at", "finished_at", "started_by", "done", "held", "failed", "report", "client"]
    list_filter = [("client", ScopedRelatedFilter)]
    list_select_related = ["client", "started_by"]
    fields = RUN
    readonly_fields = ["calls", "report"]

    def get_urls(self) -> Any:
        download = self.admin_site.admin_view(self.download)
        return [
            path("<path:object_id>/report.json", download, name="recordings_retentionrun_report"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("calls"))
    def calls(self, run: RetentionRun) -> Any:
        link = reverse("admin:recordings_disposal_changelist")
        return format_html('<a class="text-link" href="{}?run__id__exact={}">{}</a>', link, run.pk, _("Call by call"))

    @admin.display(description=gettext_lazy("proof"))
    def report(self, run: RetentionRun) -> Any:
        if run.finished_at is None:
            return _("Under way")
        link = reverse("admin:recordings_retentionrun_report", args=[run.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', link, _("Signed report"))

    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The signed report of a finished run as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if not isinstance(run, RetentionRun) or run.finished_at is None:
            raise Http404
        record_event(action="downloaded", target=run, actor=signed_in(request), request=request)
        body = json.dumps(retention_report(run), indent=1, ensure_ascii=False)
        answer = HttpResponse(body, content_type="application/json")
        name = f"retention-{run.finished_at:%Y%m%d}-{str(run.pk)[-8:]}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


@admin.register(Disposal)
class DisposalAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    list_display = ["at", "call_id", "call_day", "action_badge", "policy_name", "policy_version", "result_badge",
                    "verified_at", "client"]  # fmt: skip
    list_filter = ["result", "action", ("run", ScopedRelatedFilter), ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["call_id"]
    ordering = ["-pk"]
    fields = ["at", "call_id", "call_day", "action", "policy_name", "policy_version", "reason", "result", "error",
              "files", "rows", "content_sha256", "verified_at"]  # fmt: skip

    @display(description=_lazy("action"), ordering="action", label=ACTION_COLOURS)
    def has_module_permission(self, request: HttpRequest) -> bool:
        """Reached from what it belongs to; the menu has no entry of its own."""
        return False

    def action_badge(self, row: Disposal) -> tuple[str, str]:
        return row.action, row.get_action_display()

    @display(description=_lazy("result"), ordering="result", label=RESULT_COLOURS)
    def result_badge(self, row: Disposal) -> tuple[str, str]:
        return row.result, row.get_result_display()
