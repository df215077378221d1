"""Exports and scheduled reports in the back office: to look at, and to stop."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import bulk_export
from analytics.models import DataExport, ExportStatus, ReportRun, ReportSchedule
from analytics.reports.exports import drop_export
from analytics.reports.schedules import stop_schedule
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

__all__ = ["bulk_export"]


@admin.register(DataExport)
class DataExportAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_ANALYTICS
    list_display = ["kind", "format", "status", "rows", "user", "created_at", "expires_at", "downloads", "client"]
    list_filter = ["status", "kind", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "user"]
    ordering = ["-created_at"]
    actions = ["remove"]
    fields = [
        "client", "user", "kind", "query", "format", "status", "error", "rows", "size", "created_at", "finished_at",
        "expires_at", "downloads",
    ]  # fmt: skip

    def has_remove_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.VIEW_ANALYTICS)

    @admin.action(description=gettext_lazy("Remove the file now"), permissions=["remove"])
    def remove(self, request: HttpRequest, queryset: QuerySet[DataExport]) -> None:
        found = queryset.exclude(status=ExportStatus.EXPIRED)
        for export in found:
            drop_export(export=export, reason=_("Removed by hand."), actor=signed_in(request))
        count = len(found)
        done = ngettext("%(count)d file was removed.", "%(count)d files were removed.", count)
        self.message_user(request, done % {"count": count}, messages.SUCCESS)


class RunInline(admin.TabularInline):  # type: ignore[type-arg]
    model = ReportRun
    fields = ["due_at", "finished_at", "error"]
    readonly_fields = ["due_at", "finished_at", "error"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ReportSchedule)
class ReportScheduleAdmin(ScopedModelAdmin):
    """Made and changed on the page “Reports by e-mail”, where filters are chosen."""

    view_capability = Capability.VIEW_ANALYTICS
    list_display = ["name", "user", "kind", "format", "cadence", "is_active", "next_run_at", "last_run_at", "client"]
    list_filter = ["is_active", "cadence", ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "user"]
    ordering = ["name"]
    actions = ["stop"]
    inlines = [RunInline]
    fields = [
        "client", "name", "user", "kind", "query", "format", "cadence", "weekday", "day", "hour", "to", "is_active",
        "stopped_because", "next_run_at", "last_run_at",
    ]  # fmt: skip
    readonly_fields = ["to"]

    @admin.display(description=gettext_lazy("to"))
    def to(self, schedule: ReportSchedule) -> str:
        return ", ".join([*map(str, schedule.recipients.all()), *schedule.addresses])

    def has_stop_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.VIEW_ANALYTICS)

    @admin.action(description=gettext_lazy("Stop"), permissions=["stop"])
    def stop(self, request: HttpRequest, queryset: QuerySet[ReportSchedule]) -> None:
        found = queryset.filter(is_active=True)
        for schedule in found:
            stop_schedule(schedule=schedule, reason=_("Stopped by hand."), actor=signed_in(request))
        done = ngettext("%(count)d report is stopped.", "%(count)d reports are stopped.", len(found))
        self.message_user(request, done % {"count": len(found)}, messages.SUCCESS)
