"""What the back office shows of a call: columns of the list, fields of the screen."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from recordings.admin.display import OUTCOME_COLOURS, bullets, call_page_link, clock
from recordings.models import CallStatus, SalesCall
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job
from salesiq.people.keyset_list import KeysetChangeList

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
STATUS_COLOURS = {"ready": "success", "failed": "danger", "working": "info", "held_back": "warning"}
ENDED_COLOURS: dict[str, str] = {CallStatus.PUBLISHED: "ready", CallStatus.FAILED: "failed"}


class CallChangeList(KeysetChangeList):
    """A page of calls with the progress of those being analysed: one query more, however many rows."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        calls = list(self.result_list)
        waiting = [str(call.pk) for call in calls if call.is_in_progress]
        jobs = {job.subject: job for job in Job.objects.active().filter(task=ANALYZE_TASK, subject__in=waiting)}
        for call in calls:
            call.active_job = jobs.get(str(call.pk))
        self.result_list = calls


class CallColumns:
    """Mixin of the admin of calls."""

    @admin.display(description=gettext_lazy("call"), ordering="title")
    def name(self, call: SalesCall) -> str:
        return str(call)

    @admin.display(description=gettext_lazy("duration"), ordering="call_duration")
    def duration(self, call: SalesCall) -> str:
        return clock(call.call_duration)

    @display(description=_lazy("outcome"), ordering="outcome", label=OUTCOME_COLOURS)
    def outcome_badge(self, call: SalesCall) -> tuple[str, str] | None:
        return (call.outcome, call.get_outcome_display()) if call.outcome else None

    @admin.display(description=gettext_lazy("quality"), ordering="quality_score")
    def quality(self, call: SalesCall) -> str:
        return "–" if call.quality_score is None else f"{call.quality_score:.0f}"

    @display(description=_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def progress(self, call: SalesCall) -> tuple[str, str]:
        if call.is_held_back:
            return "held_back", _("No lawful basis")
        if not call.is_in_progress:
            return ENDED_COLOURS.get(call.status, "logged"), call.get_status_display()
        job: Job | None = getattr(call, "active_job", None)
        done = f" {job.fraction:.0%}" if job else ""
        return "working", f"{call.get_status_display()}{done}"

    @admin.display(description=gettext_lazy("summary"))
    def summary(self, call: SalesCall) -> str:
        analysis = getattr(call, "analysis", None)
        return bullets(sentence["text"] for sentence in (analysis.summary if analysis else []))

    @admin.display(description=gettext_lazy("score explained"))
    def score(self, call: SalesCall) -> str:
        scores = call.scores.current().prefetch_related("items")
        return bullets(
            f"{item.name}: {item.points:g} / {item.max_points:g}. {item.reason}"
            for score in scores
            for item in score.items.all()
        )

    @admin.display(description=gettext_lazy("objections"))
    def objections(self, call: SalesCall) -> str:
        return bullets(f"{found.kind}: “{found.quote}”. {found.reason}" for found in call.objections.all())

    @admin.display(description=gettext_lazy("promises"))
    def promises(self, call: SalesCall) -> str:
        return bullets(f"{promise.text} ({promise.due or _('no date')})" for promise in call.follow_ups.all())

    @admin.display(description=gettext_lazy("listen and read"))
    def page(self, call: SalesCall) -> str:
        return call_page_link(call, _("Open the call's page"))
