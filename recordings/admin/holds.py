"""Legal holds in the back office: placed, extended and released; never deleted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from recordings.models import HeldCall, LegalHold
from recordings.models.call import SalesCallQuerySet
from recordings.privacy.holds import HoldScope, extend_hold, place_hold, release_hold
from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.models import Client
from salesiq.people.roles import Capability

_lazy: Any = gettext_lazy
STATE_COLOURS = {"in_force": "info", "overdue": "danger", "released": "default"}
PLACED = ["matter", "reason", "placed_by", "created_at", "customer", "agent", "calls_from", "calls_to",
          "catches_later", "held"]  # fmt: skip
RELEASED = ["until", "released_at", "released_by", "release_reason", "released_calls"]


class HoldStateFilter(admin.SimpleListFilter):
    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("in_force", _("In force")), ("overdue", _("To be reviewed")), ("released", _("Released"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue()
        if self.value() in ("in_force", "released"):
            return queryset.filter(released_at__isnull=self.value() == "in_force")
        return queryset


class HoldForm(TenantForm):
    """A new hold by customer, agent or period. The service decides whether it makes sense."""

    class Meta:
        model = LegalHold
        fields = ("client", "matter", "reason", "until", "customer", "agent", "calls_from", "calls_to", "catches_later")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and self.instance._state.adding:
            scope = HoldScope(
                customer=values.get("customer"), agent=values.get("agent"), calls_from=values.get("calls_from"),
                calls_to=values.get("calls_to"), later=bool(values.get("catches_later")),
            )  # fmt: skip
            self.scope = scope
        return values


class ListHoldForm(forms.Form):
    """A hold on calls that were selected in their list."""

    matter = forms.CharField(label=gettext_lazy("Matter"), max_length=200, widget=UnfoldAdminTextInputWidget)
    reason = forms.CharField(label=gettext_lazy("Reason"), widget=UnfoldAdminTextareaWidget)
    until = forms.DateField(
        label=gettext_lazy("Review by"),
        widget=UnfoldAdminSingleDateWidget(attrs={"type": "date"}),
        help_text=gettext_lazy("The hold is looked at again by then; it never ends by itself"),
    )


class ReleaseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why is it released?"), widget=UnfoldAdminTextareaWidget)


@admin.register(LegalHold)
class LegalHoldAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PRIVACY
    change_capability = Capability.MANAGE_PRIVACY
    add_capability = Capability.MANAGE_PRIVACY
    audited = True

    form = HoldForm
    change_form_before_template = "recordings/admin/_hold_head.html"  # type: ignore[assignment]
    list_display = ["matter", "state", "until", "held", "placed_by", "created_at", "client"]
    list_filter = [HoldStateFilter, ("client", ScopedRelatedFilter)]
    list_select_related = ["client", "placed_by"]
    search_fields = ["matter"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """With how many calls each holds: one query for the list."""
        held = HeldCall.objects.filter(hold=OuterRef("pk")).order_by().values("hold").annotate(count=Count("pk"))
        return super().get_queryset(request).annotate(held_count=Subquery(held.values("count")))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None:
            return [(None, {"fields": ["until"] if obj.is_active else RELEASED}), (_("The hold"), {"fields": PLACED})]
        why = ["client", "matter", "reason", "until"]
        which = ["customer", "agent", "calls_from", "calls_to", "catches_later"]
        if self._tenant_id(request):
            why.remove("client")
        return [(None, {"fields": why}), (_("Which calls. Filters together narrow"), {"fields": which})]

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        return ["customer", "agent"] if signed_in(request).can(Capability.MANAGE_PEOPLE) else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whoever looks after the law and not after calls names people by their ids, and reads no list of them."""
        if db_field.name in ("customer", "agent") and not signed_in(request).can(Capability.MANAGE_PEOPLE):
            kwargs["widget"] = UnfoldAdminTextInputWidget()
            kwargs["help_text"] = _("Their id, as a call, an export or a request names it")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return PLACED if obj.is_active else [*PLACED, *RELEASED]

    def get_urls(self) -> Any:
        release = self.admin_site.admin_view(self.release)
        return [
            path("<path:object_id>/release/", release, name="recordings_legalhold_release"),
            *super().get_urls(),
        ]

    @display(description=_lazy("state"), label=STATE_COLOURS)
    def state(self, hold: LegalHold) -> tuple[str, str]:
        if not hold.is_active:
            return "released", _("Released")
        return ("overdue", _("To be reviewed")) if hold.is_overdue else ("in_force", _("In force"))

    @admin.display(description=gettext_lazy("held calls"))
    def held(self, hold: LegalHold) -> Any:
        if not hold.is_active:
            return "–"
        link = reverse("admin:recordings_heldcall_changelist")
        count = getattr(hold, "held_count", None) or 0
        return format_html('<a class="text-link" href="{}?hold__id__exact={}">{}</a>', link, hold.pk, count)

    # --- Placing, extending, releasing ------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """As everywhere; what only the service can tell, e.g. that no call fits, comes back as a message."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = signed_in(request)
        if change:
            if "until" in form.changed_data:
                extend_hold(hold=obj, until=form.cleaned_data["until"], actor=actor)
            return
        hold = place_hold(
            client=obj.client, matter=obj.matter, reason=obj.reason, until=obj.until, scope=form.scope, actor=actor
        )
        obj.pk = hold.pk
        obj.refresh_from_db()

    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then release."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        hold = self.get_object(request, object_id)
        if hold is None:
            raise Http404
        form = ReleaseForm(request.POST or None)
        back = reverse("admin:recordings_legalhold_change", args=[hold.pk])
        if request.method == "POST" and form.is_valid():
            try:
                hold = release_hold(hold=hold, reason=form.cleaned_data["reason"], actor=signed_in(request))
            except ValidationError as error:
                self.message_user(request, error.messages[0], messages.ERROR)
            else:
                self.message_user(request, _("Released. Its calls are under the everyday rules again."))
            return HttpResponseRedirect(back)
        context = {**self.admin_site.each_context(request), "title": _("Release “%(matter)s”") % {"matter": hold},
                   "form": form, "hold": hold, "count": hold.held_calls.count(), "back": back}  # fmt: skip
        return TemplateResponse(request, "recordings/admin/hold_release.html", context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""


@admin.register(HeldCall)
class HeldCallAdmin(ScopedModelAdmin):
    """Which calls are held, by which hold and since when: ids, since whoever looks after the law hears nobody."""

    view_capability = Capability.MANAGE_PRIVACY
    list_display = ["day", "call_id", "hold", "added_at"]
    list_filter = [("hold", ScopedRelatedFilter)]
    list_select_related = ["hold", "call"]
    fields = ["day", "call_id", "hold", "added_at"]
    readonly_fields = ["day", "call_id"]
    list_display_links = ["day"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Reached from what it belongs to; the menu has no entry of its own."""
        return False

    @admin.display(description=gettext_lazy("day of the call"), ordering="call__started_at")
    def day(self, row: HeldCall) -> str:
        return f"{row.call.started_at:%Y-%m-%d}"


def hold_selected(request: HttpRequest, calls: SalesCallQuerySet) -> HttpResponse | None:
    """The list's action: ask for matter, reason and date, then hold `calls`. None when that is done."""
    form = ListHoldForm(request.POST if "matter" in request.POST else None)
    clients = list(Client.objects.filter(calls__in=calls).distinct()[:2])
    if len(clients) != 1:
        messages.error(request, _("Choose calls of one client."))
        return None
    if form.is_bound and form.is_valid():
        try:
            hold = place_hold(
                client=clients[0], scope=HoldScope(calls=calls), actor=signed_in(request), **form.cleaned_data
            )
        except ValidationError as error:
            for name, texts in getattr(error, "message_dict", {"__all__": error.messages}).items():
                form.add_error(name if name in form.fields else None, texts)
        else:
            link = reverse("admin:recordings_legalhold_change", args=[hold.pk])
            text = _("On legal hold: {}. Nothing of these calls can be removed now.")
            messages.success(request, format_html(text, format_html('<a href="{}">{}</a>', link, hold)))
            return None
    context = {**admin.site.each_context(request), "title": _("Place on legal hold"), "form": form,
               "calls": calls.with_people()[:100], "count": calls.count(),
               "chosen": request.POST.getlist("_selected_action"), "across": request.POST.get("select_across", "0"),
               "back": reverse("admin:recordings_salescall_changelist")}  # fmt: skip
    return TemplateResponse(request, "recordings/admin/hold_place.html", context)
