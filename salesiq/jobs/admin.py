"""Background work to look at, and to start again where it failed."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.decorators import display

from salesiq.jobs.models import Job, JobStatus, PeriodicRun, WorkerHeartbeat
from salesiq.jobs.periodic import schedules
from salesiq.jobs.services import retry_job
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.dashboard import Waiting, register_waiting
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
RESULT_COLOURS: dict[str, str] = {
    JobStatus.SUCCEEDED: "success",
    JobStatus.FAILED: "danger",
    JobStatus.QUARANTINED: "danger",
    JobStatus.RUNNING: "info",
    JobStatus.QUEUED: "info",
}

# django-q2's own rows are a transport: what is true about a job stands in ours.
for _transport in (Failure, OrmQ, Schedule, Success):
    if admin.site.is_registered(_transport):
        admin.site.unregister(_transport)


class GaveUpFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("gave up"), "gave_up"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("Lately, and not begun again"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.gave_up() if self.value() == "yes" else queryset


@admin.register(Job)
class JobAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_JOBS
    list_display = ["id", "task", "subject", "status", "stage", "per_cent", "attempts", "created_at", "client"]
    list_filter = ["status", GaveUpFilter, ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["=subject"]
    ordering = ["-created_at"]
    actions = ["retry"]
    fields = [
        "client",
        "created_by",
        "task",
        "subject",
        "status",
        "error",
        "stage",
        "fraction",
        "attempts",
        "max_attempts",
        "created_at",
        "started_at",
        "finished_at",
    ]

    @admin.display(description=gettext_lazy("done"))
    def per_cent(self, job: Job) -> str:
        return f"{job.fraction:.0%}"

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.ANALYZE_CALLS)

    @admin.action(description=gettext_lazy("Retry"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        failed: Any = queryset.filter(status__in=[JobStatus.FAILED, JobStatus.QUARANTINED])
        count = len([retry_job(job=job, actor=signed_in(request)) for job in failed])
        if count:
            done = ngettext("%(count)d job was started again.", "%(count)d jobs were started again.", count)
            self.message_user(request, done % {"count": count}, messages.SUCCESS)
        else:
            self.message_user(request, _("None of these failed, so none was started again."), messages.WARNING)


class InstallationAdmin(ScopedModelAdmin):
    """What belongs to no tenant, for whoever runs the installation."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The sign-in page asks as well, before anybody is signed in.
        return bool(request.user.is_superuser)


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(InstallationAdmin):
    """Which machines work."""

    list_display = ["host", "pid", "started_at", "at", "jobs_running"]
    fields = ["host", "pid", "started_at", "at", "jobs_running"]


@admin.register(PeriodicRun)
class PeriodicRunAdmin(InstallationAdmin):
    """The schedule above, the periods that were begun below."""

    list_before_template = "jobs/_schedule.html"  # type: ignore[assignment]
    list_display = ["name", "period_start", "created_at", "result", "error"]
    list_select_related = ["job"]
    fields = ["name", "period_start", "created_at", "job", "result", "error"]
    readonly_fields = ["result", "error"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context: Any = {**(extra_context or {}), "schedules": schedules()}
        return super().changelist_view(request, context)

    @display(description=_lazy("result"), label=RESULT_COLOURS)
    def result(self, run: PeriodicRun) -> tuple[str, str]:
        return (run.job.status, run.job.get_status_display()) if run.job else ("", _("Not run"))

    @admin.display(description=gettext_lazy("error"))
    def error(self, run: PeriodicRun) -> str:
        return run.job.error if run.job else ""


register_waiting(
    Waiting(
        key="given-up-jobs",
        title=gettext_lazy("jobs that gave up"),
        icon="sync_problem",
        capability=Capability.VIEW_JOBS,
        rows=lambda user: Job.objects.visible_to(user).gave_up(),
        address="admin:jobs_job_changelist",
        query={"gave_up": "yes"},
        is_late=True,
    )
)
