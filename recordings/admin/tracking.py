"""Trackers and their runs in the back office: to look at. Written, checked and run on their pages."""

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from recordings.models import Tracker, TrackerRun, TrackerStatus
from recordings.tracking.services import precision_of
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
COLOURS: dict[str, str] = {TrackerStatus.DRAFT: "info", TrackerStatus.ON: "success", TrackerStatus.OFF: "default"}


@admin.register(Tracker)
class TrackerAdmin(ScopedModelAdmin):
    view_capability = Capability.REVIEW_CALLS
    list_display = ["name", "kind", "state", "language", "speaker", "sureness", "updated_at", "client"]
    list_filter = ["status", "kind", "language", ("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = [
        "client", "open_tracker", "name", "status", "kind", "heard_by", "language", "speaker", "threshold", "revision",
        "measured", "forced_reason", "created_by", "created_at", "updated_at",
    ]  # fmt: skip
    readonly_fields = ["open_tracker", "heard_by", "measured"]

    @admin.display(description=gettext_lazy("phrases or examples"))
    def heard_by(self, tracker: Tracker) -> str:
        return format_html_join("", "<div>{}</div>", ((phrase,) for phrase in tracker.phrases))

    @display(description=_lazy("status"), label=COLOURS)
    def state(self, tracker: Tracker) -> tuple[str, str]:
        return tracker.status, tracker.get_status_display()

    @admin.display(description=gettext_lazy("precision"))
    def sureness(self, tracker: Tracker) -> str:
        if tracker.precision is None:
            return "–"
        return _("%(share)d %% of %(n)d") % {"share": round(tracker.precision * 100), "n": tracker.precision_n}

    @admin.display(description=gettext_lazy("precision"))
    def measured(self, tracker: Tracker) -> str:
        found = precision_of(tracker)
        if found.low is None or found.high is None:
            return _("no hit was checked")
        values = {"right": found.right, "n": found.checked, "low": f"{found.low:.2f}", "high": f"{found.high:.2f}"}
        return _("%(right)d of %(n)d checked hits are right; the share lies between %(low)s and %(high)s") % values

    @admin.display(description=gettext_lazy("tracker"))
    def open_tracker(self, tracker: Tracker) -> str:
        return format_html('<a href="{}">{}</a>', reverse("tracker", args=[tracker.pk]), _("Open the tracker"))


@admin.register(TrackerRun)
class TrackerRunAdmin(ScopedModelAdmin):
    view_capability = Capability.REVIEW_CALLS
    list_display = ["tracker", "done", "total", "hits", "started_by", "created_at", "finished_at", "cancelled_at"]
    list_filter = [("tracker", ScopedRelatedFilter)]
    list_select_related = ["tracker", "started_by"]
    ordering = ["-created_at"]
    fields = ["tracker", "limit", "total", "done", "hits", "started_by", "created_at", "finished_at", "cancelled_at"]
