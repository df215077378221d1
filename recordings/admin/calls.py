"""Calls in the back office: found, uploaded, corrected, analysed again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from recordings.admin.bulk import BulkActions
from recordings.admin.call_columns import CallChangeList, CallColumns
from recordings.admin.call_forms import CallForm, UploadForm
from recordings.admin.display import call_page_link
from recordings.admin.filters import LanguageFilter, ScoreFilter
from recordings.admin.holds import hold_selected
from recordings.models import CallStatus, HeldError, LegalHold, SalesCall
from recordings.models.holds import held_sentence
from recordings.privacy.derived_texts import mask_what_was_typed
from recordings.privacy.holds import held, holds_of
from recordings.privacy.masking_rules import rules_of
from recordings.reviewing.selectors import list_reviews
from recordings.selectors import search_calls
from recordings.services import (
    NotLawfulError,
    delete_call,
    receive_recording,
    set_outcome,
    start_analysis,
)
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.models import User
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
SHOWN_REFUSALS = 100
SHOWN_REVIEWS = 10
FOUND = [
    "status", "error", "call_duration", "language", "outcome_origin", "outcome_confidence", "outcome_reason",
    "quality_score", "conversion_probability", "summary", "score", "objections", "promises", "page",
]  # fmt: skip

HELD_BACK = ["status", "error", "page"]


@admin.register(SalesCall)
class SalesCallAdmin(CallColumns, BulkActions, ScopedModelAdmin):  # type: ignore[misc]
    view_capability = Capability.VIEW_CALLS
    change_capability = Capability.EDIT_CALLS
    add_capability = Capability.ANALYZE_CALLS
    delete_capability = Capability.DELETE_CALLS
    audited = True

    form = CallForm
    change_form_outer_before_template = "recordings/admin/_call_reviews.html"  # type: ignore[assignment]
    list_display = [
        "name", "agent", "customer", "started_at", "duration", "call_type", "outcome_badge", "quality", "progress",
        "client",
    ]  # fmt: skip
    list_filter = [
        "status",
        "call_type",
        "outcome",
        ScoreFilter,
        LanguageFilter,
        "started_at",
        ("agent", ScopedRelatedFilter),
        ("agent__team", ScopedRelatedFilter),
        ("client", ScopedRelatedFilter),
    ]
    list_select_related = ["agent", "customer", "client"]
    search_fields = ["title"]  # shows the search box; `get_search_results` decides what is searched
    search_help_text = gettext_lazy("Title, people, notes or spoken words")
    ordering = ["-started_at", "-id"]
    sortable_by = ["started_at"]
    autocomplete_fields = ["agent", "customer"]
    actions = [
        "assign_reviews", "rescore_calls", "set_outcomes", "analyze_again", "place_on_hold", "export_calls",
    ]  # fmt: skip

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **{"form": CallForm if obj else UploadForm, **kwargs})
        form.user = signed_in(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return list(FOUND) if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        known = [
            "client", "title", "agent", "customer", "call_type", "started_at", "region", "source", "notes", "outcome",
        ]  # fmt: skip
        if obj:
            held_back = isinstance(obj, SalesCall) and obj.is_held_back
            sections = [(_("Call"), known), (_("What the analysis found"), HELD_BACK if held_back else FOUND)]
        else:
            listening = ["requested_language", "requested_speakers", "agent_channel", "requested_model"]
            ground = ["basis", "basis_reference"]
            sections = [
                (_("Recording"), ["file"]),
                (_("Lawful basis"), ground),
                (_("Call"), known),
                (_("How to listen"), listening),
            ]
        hidden = {"client"} if obj or self._tenant_id(request) else set()
        return [(title, {"fields": [name for name in names if name not in hidden]}) for title, names in sections]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Any], bool]:
        return (search_calls(queryset, search_term) if search_term else queryset), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return CallChangeList

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """With the call's reviews, and the way to begin one."""
        user, call = signed_in(request), self.get_object(request, object_id)
        known: dict[str, Any] = {}
        if call is not None:
            ready = call.status == CallStatus.PUBLISHED and call.anonymised_at is None
            known = {
                "call": call,
                "reviews": list_reviews(user).filter(call=call)[:SHOWN_REVIEWS],
                "may_review": ready and user.can(Capability.REVIEW_CALLS),
            }
        return super().change_view(request, object_id, form_url, {**known, **(extra_context or {})})

    # --- What people do -----------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self._correct(request, obj, form)
        else:
            self._receive(request, obj, form)

    def _receive(self, request: HttpRequest, obj: SalesCall, form: UploadForm) -> None:
        """Take the upload in; `obj` becomes the call that holds it, also when these bytes were here before."""
        user = signed_in(request)
        receipt = receive_recording(
            client=obj.client,
            upload=form.cleaned_data["file"],
            created_by=user,
            details=form.details(),
            options=form.options(),
            consent=form.consent(),
        )
        if receipt.is_to_be_analysed:
            start_analysis(call=receipt.call, actor=user)
        obj.pk = receipt.call.pk
        obj.refresh_from_db()
        request.received_duplicate = receipt.duplicate  # type: ignore[attr-defined]

    def _correct(self, request: HttpRequest, obj: SalesCall, form: Any) -> None:
        """Save only what was changed here: a worker may be writing the rest of the row at this moment."""
        changed = [name for name in form.changed_data if name != "outcome"]
        if changed:
            mask_what_was_typed(obj, obj.language, rules_of(obj))
            obj.save(update_fields=[*changed, "updated_at"])
        if "outcome" in form.changed_data:
            set_outcome(call=obj, outcome=form.cleaned_data["outcome"], actor=signed_in(request))

    def response_add(self, request: HttpRequest, obj: SalesCall, post_url_continue: str | None = None) -> HttpResponse:
        there = SalesCall.objects.visible_to(signed_in(request)).filter(pk=obj.pk).exists()
        if obj.is_held_back and there:
            self.message_user(request, format_html("{}: {}", call_page_link(obj, obj), obj.error), messages.WARNING)
        elif not getattr(request, "received_duplicate", False):
            self.message_user(request, _("Received. The analysis has begun."), messages.SUCCESS)
        elif there:
            link = call_page_link(obj, obj)
            text = format_html(_("This recording is here already: {}. Nothing was added."), link)
            self.message_user(request, text, messages.WARNING)
        else:
            hidden = _("This recording is here already, in calls that you do not see. Ask an administrator.")
            self.message_user(request, hidden, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:recordings_salescall_changelist"))

    @admin.action(description=gettext_lazy("Analyse again"), permissions=["add"])
    def analyze_again(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> None:
        count = 0
        for call in queryset:
            try:
                start_analysis(call=call, actor=signed_in(request))
            except NotLawfulError as error:
                self.message_user(request, f"{call}: {' '.join(error.messages)}", messages.WARNING)
            else:
                count += 1
        done = ngettext("%(count)d call is being analysed.", "%(count)d calls are being analysed.", count)
        if count:
            self.message_user(request, done % {"count": count}, messages.SUCCESS)

    def has_hold_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).can(Capability.MANAGE_PRIVACY)

    @admin.action(description=gettext_lazy("Place on legal hold"), permissions=["hold"])
    def place_on_hold(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        return hold_selected(request, queryset)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        """As everywhere; of a held call there is nothing to confirm, so it is said at once why not."""
        call = self.get_object(request, object_id)
        if call is not None and self.has_delete_permission(request, call) and (holds := holds_of(call)):
            self.message_user(request, _refusal(holds, signed_in(request)), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:recordings_salescall_change", args=[object_id]))
        try:
            return super().delete_view(request, object_id, extra_context)
        except HeldError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:recordings_salescall_change", args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: SalesCall) -> None:
        delete_call(call=obj, actor=signed_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SalesCall]) -> None:
        for call in queryset:
            try:
                delete_call(call=call, actor=signed_in(request))
            except HeldError as error:
                self.message_user(request, f"{call}: {error}", messages.ERROR)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A call goes with all that belongs to it; the rights on its parts do not matter for that."""
        calls = [str(call) for call in objs]
        kept = held(SalesCall.objects.filter(pk__in=[call.pk for call in objs]))
        refusals = [f"{call}: {_refusal(holds_of(call), signed_in(request))}" for call in kept[:SHOWN_REFUSALS]]
        return calls, {SalesCall._meta.verbose_name_plural: len(calls)}, set(), refusals

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail; a duplicate adds nothing to it."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """The service wrote the audit trail."""


def _refusal(holds: list[LegalHold], user: User) -> str:
    """Why a held call cannot be deleted; the holds' reasons are for those who look after the law."""
    sentence = held_sentence(holds)
    if user.can(Capability.MANAGE_PRIVACY):
        sentence += " " + _("Reason: %(reasons)s") % {"reasons": "; ".join(hold.reason for hold in holds)}
    return sentence
