"""The audit trail to read, to verify and to take away; nothing in it can be changed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from unfold.contrib.filters.admin import FieldTextFilter, RangeDateTimeFilter
from unfold.decorators import display

from salesiq.audit.exporting import FORMATS, export_rows
from salesiq.audit.filters import ActionFilter, KindFilter, ObjectFilter
from salesiq.audit.models import AuditEvent, Verification
from salesiq.audit.upkeep import VERIFY_TASK, record_export, start_verification
from salesiq.audit.wording import ALARMING, action_in_words, details_in_words, kind_in_words, short_id
from salesiq.common.streaming import stream_lines
from salesiq.jobs.models import Job
from salesiq.jobs.selectors import job_progress
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
LOOK_AGAIN_SECONDS = 3


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedModelAdmin):
    view_capability = Capability.VIEW_AUDIT
    list_before_template = "audit/_above_list.html"  # type: ignore[assignment]
    list_display = ["when", "actor_name", "what", "object", "told", "address", "sequence", "client"]
    list_display_links = ["when"]
    list_filter = [
        ("actor_name", FieldTextFilter),
        ActionFilter,
        KindFilter,
        ObjectFilter,
        ("at", RangeDateTimeFilter),
        ("client", ScopedRelatedFilter),
    ]
    list_filter_submit = True
    list_select_related = ["client"]
    ordering = ["-at", "-id"]
    fields = [
        "when", "client", "actor_name", "action_in_words", "object", "address", "details", "sequence", "payload_hash",
        "previous_hash", "hash",
    ]  # fmt: skip
    readonly_fields = ["when", "action_in_words", "object"]
    has_history = False

    @admin.display(description=gettext_lazy("when"), ordering="at")
    def when(self, event: AuditEvent) -> str:
        return f"{localtime(event.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description=gettext_lazy("action"))
    def action_in_words(self, event: AuditEvent) -> str:
        return action_in_words(event.action)

    @display(description=_lazy("action"), label={"alarming": "danger", "": "info"})
    def what(self, event: AuditEvent) -> tuple[str, str]:
        return "alarming" if event.action in ALARMING else "", action_in_words(event.action)

    @admin.display(description=gettext_lazy("object"))
    def object(self, event: AuditEvent) -> str | SafeString:
        """The kind and the id's end; a link to all that happened to it."""
        if not event.object_id:
            return "–"
        link = f"{reverse('admin:audit_auditevent_changelist')}?object={event.object_id}"
        words = f"{kind_in_words(event.object_type)} {short_id(event.object_id)}"
        return format_html('<a class="text-link sq-whole" href="{}" title="{}">{}</a>', link, event.object_id, words)

    @admin.display(description=gettext_lazy("details"))
    def told(self, event: AuditEvent) -> str:
        return details_in_words(event.details) or "–"

    # --- Verifying and exporting --------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        own = [
            path("verify/", self.admin_site.admin_view(self.verify), name="audit_auditevent_verify"),
            path("export/", self.admin_site.admin_view(self.export), name="audit_auditevent_export"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        shown: Any = {"verification": _latest(request), "about": self._about(request), **(extra_context or {})}
        return super().changelist_view(request, shown)

    def _about(self, request: HttpRequest) -> dict[str, Any] | None:
        """The object whose history is shown, with a link to it where it is still there."""
        object_id = request.GET.get("object", "")
        event = AuditEvent.objects.visible_to(signed_in(request)).filter(object_id=object_id).first()
        if not object_id or event is None:
            return None
        try:
            link = reverse(f"admin:{event.object_type.replace('.', '_')}_change", args=[object_id])
        except NoReverseMatch:
            link = ""
        return {"kind": kind_in_words(event.object_type), "id": object_id, "link": link}

    def verify(self, request: HttpRequest) -> HttpResponseBase:
        return _verify(request, self)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        return _export(request)


@require_http_methods(["GET", "HEAD", "POST"])
def _verify(request: HttpRequest, screen: AuditEventAdmin) -> HttpResponseBase:
    """What the latest verification found; POST starts another."""
    if not screen.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        start_verification(actor=signed_in(request), request=request)
        return HttpResponseRedirect(reverse("admin:audit_auditevent_verify"))
    verification = _latest(request)
    job = None
    if verification and verification.ended_at is None:
        job = Job.objects.filter(task=VERIFY_TASK, subject=str(verification.pk)).first()
    context = {
        **screen.admin_site.each_context(request),
        "title": _("Verify the audit trail"),
        "opts": AuditEvent._meta,
        "verification": verification,
        "progress": job_progress(job) if job else None,
    }
    response = TemplateResponse(request, "audit/verify.html", context)
    if job and job_progress(job).is_active:
        response["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return response


@require_safe
def _export(request: HttpRequest) -> HttpResponse | HttpResponseBase:
    """The whole chain of one's tenant, or all chains for the superuser, as a file."""
    user = signed_in(request)
    if not user.can(Capability.VIEW_AUDIT):
        raise PermissionDenied
    kind = request.GET.get("format", "jsonl")
    if kind not in FORMATS:
        raise Http404
    record_export(actor=user, client=user.client, request=request, format=kind, by="page")
    lines = FORMATS[kind].write(export_rows(AuditEvent.objects.visible_to(user)))
    headers = {"Content-Disposition": f'attachment; filename="audit.{kind}"', "Cache-Control": "private, no-store"}
    return stream_lines(request, lines, content_type=FORMATS[kind].content_type, headers=headers)


def _latest(request: HttpRequest) -> Verification | None:
    """The newest verification of just what the user sees: a superuser's are of all chains."""
    user = signed_in(request)
    rows = Verification.objects.visible_to(user).select_related("asked_by")
    return rows.filter(client=None if user.is_superuser else user.client).first()
