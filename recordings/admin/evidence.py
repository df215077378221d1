"""What belongs to a call, in the back office: its sound, its words, what was found in them, and how it was scored."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import EmptyFieldListFilter
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.admin import TabularInline

from recordings.admin.display import bullets, call_page_link, clock
from recordings.admin.filters import LanguageFilter, ObjectionFilter, PromisedByFilter, StageFilter
from recordings.models import (
    CallStatus,
    FollowUp,
    Objection,
    PipelineStep,
    Recording,
    SalesCall,
    Score,
    ScoreItem,
    Transcript,
)
from recordings.playback import may_download
from recordings.services import complete_follow_up
from salesiq.audit.services import record_event
from salesiq.people.backoffice import ScopedModelAdmin, signed_in
from salesiq.people.roles import Capability


class OfCallAdmin(ScopedModelAdmin):
    """Base of rows that belong to a call. A look at one, or a change, stands in the audit trail as one of its call."""

    view_capability = Capability.VIEW_CALLS
    list_select_related = ["call"]
    shows_content = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What was said in a call that is held back is shown nowhere."""
        return super().get_queryset(request).exclude(call__status=CallStatus.HELD_BACK)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        if self.shows_content and obj is not None and request.method == "GET":
            self._record(request, obj, "viewed", {})
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, obj, "changed", message)

    def audited_row(self, row: Any) -> Any:
        return row.call

    def _record(self, request: HttpRequest, obj: Any, action: str, details: dict[str, Any]) -> None:
        call: SalesCall = obj.call
        details = {"part": obj._meta.model_name, "row": str(obj.pk), **details}
        record_event(action=action, target=call, actor=signed_in(request), request=request, details=details)

    @admin.display(description=gettext_lazy("listen and read"))
    def page(self, row: Any) -> str:
        return call_page_link(row.call, _("Open the call's page"))


@admin.register(Recording)
class RecordingAdmin(OfCallAdmin):
    list_display = ["original_name", "call", "length", "codec", "channels", "sample_rate", "size", "damaged", "client"]
    list_filter = ["damaged", ("dropped_at", EmptyFieldListFilter)]
    list_select_related = ["call", "client"]
    search_fields = ["original_name", "sha256"]
    ordering = ["-created_at"]
    fields = [
        "original_name", "call", "size", "sha256", "container", "codec", "sample_rate", "channels", "duration",
        "damaged", "created_at", "dropped_at", "drop_reason", "download", "page",
    ]  # fmt: skip
    readonly_fields = ["dropped_at", "drop_reason", "download", "page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("peaks")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        names = [*super().get_fields(request, obj)]
        allowed = isinstance(obj, Recording) and may_download(signed_in(request), obj)
        return names if allowed else [name for name in names if name != "download"]

    @admin.display(description=gettext_lazy("duration"), ordering="duration")
    def length(self, recording: Recording) -> str:
        return clock(recording.duration)

    @admin.display(description=gettext_lazy("received file"))
    def download(self, recording: Recording) -> str:
        if recording.dropped_at:
            return recording.dropped_sentence
        url = f"{reverse('api-sound', args=[recording.call_id])}?variant=original"
        return format_html(
            '<a class="text-link" href="{}">{}</a>',
            url,
            _("Download, masked") if recording.is_masked else _("Download, unmasked"),
        )


@admin.register(Transcript)
class TranscriptAdmin(OfCallAdmin):
    list_display = ["call", "language", "model_name", "mean_probability", "speaker_confidence", "role_confidence"]
    list_filter = [LanguageFilter]
    search_fields = ["call__title"]
    ordering = ["-created_at"]
    fields = [
        "call", "language", "language_probability", "model_name", "model_sha256", "engine", "mean_probability",
        "speaker_confidence", "role_confidence", "role_reason", "lines", "page",
    ]  # fmt: skip
    readonly_fields = ["lines", "page"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        readable = SalesCall.objects.redacted().values("pk")
        return super().get_queryset(request).filter(call__in=readable).defer("segments", "redactions")

    @admin.display(description=gettext_lazy("utterances"))
    def lines(self, transcript: Transcript) -> str:
        spoken = transcript.call.utterances.defer("words")
        return bullets(f"{clock(line.start)} {line.get_role_display()}: {line.text}" for line in spoken)


@admin.register(FollowUp)
class FollowUpAdmin(OfCallAdmin):
    change_capability = Capability.EDIT_CALLS
    list_display = ["text", "call", "by", "due", "done_at", "confidence"]
    list_filter = [PromisedByFilter, "due", ("done_at", EmptyFieldListFilter)]
    search_fields = ["text", "call__title"]
    ordering = ["-pk"]
    fields = ["call", "text", "by", "due", "done_at", "confidence", "page"]
    readonly_fields = ["call", "by", "done_at", "confidence", "page"]
    actions = ["mark_done", "open_again"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A promise that a person has corrected is theirs: later analyses leave it alone."""
        obj.touched_by_person = True
        obj.save(update_fields=[*form.changed_data, "touched_by_person"])

    @admin.action(description=gettext_lazy("Mark as done"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        count = self._complete(request, queryset.filter(done_at__isnull=True), done=True)
        text = ngettext("%(count)d promise is done.", "%(count)d promises are done.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Open again"), permissions=["change"])
    def open_again(self, request: HttpRequest, queryset: QuerySet[FollowUp]) -> None:
        count = self._complete(request, queryset.filter(done_at__isnull=False), done=False)
        text = ngettext("%(count)d promise is open again.", "%(count)d promises are open again.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def _complete(self, request: HttpRequest, promises: QuerySet[FollowUp], *, done: bool) -> int:
        rows = list(promises.select_related("call"))
        for promise in rows:
            complete_follow_up(follow_up=promise, actor=signed_in(request), done=done)
        return len(rows)


@admin.register(Objection)
class ObjectionAdmin(OfCallAdmin):
    list_display = ["kind", "call", "handled", "moved_on", "quote", "confidence"]
    list_filter = [ObjectionFilter, "handled", "moved_on"]
    search_fields = ["quote", "call__title"]
    ordering = ["-pk"]
    fields = ["call", "kind", "quote", "handled", "moved_on", "reason", "confidence", "page"]
    readonly_fields = ["page"]


class ScoreItemInline(TabularInline):
    model = ScoreItem
    fields = ["name", "points", "max_points", "applicable", "reason", "confidence"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).can(Capability.VIEW_CALLS)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Score)
class ScoreAdmin(OfCallAdmin):
    list_display = ["call", "scorecard", "total", "created_at"]
    list_select_related = ["call", "scorecard"]
    search_fields = ["call__title"]
    ordering = ["-created_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("scorecard__criteria")

    fields = ["call", "scorecard", "total", "created_at", "page"]
    readonly_fields = ["page"]
    inlines = [ScoreItemInline]


@admin.register(PipelineStep)
class PipelineStepAdmin(OfCallAdmin):
    view_capability = Capability.VIEW_JOBS
    shows_content = False
    list_display = ["stage", "call", "attempts", "started_at", "finished_at", "seconds"]
    list_filter = [StageFilter, ("finished_at", EmptyFieldListFilter)]
    ordering = ["-pk"]
    fields = ["call", "stage", "inputs_hash", "attempts", "started_at", "finished_at", "seconds"]
