"""API keys in the back office: issued, replaced, revoked, and found when they are about to end or lie unused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import action, display

from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, signed_in
from salesiq.people.key_forms import KeyForm, NewKeyForm, ReplaceKeyForm
from salesiq.people.keys import IssuedKey, issue_key, replace_key, revoke_key
from salesiq.people.models import ApiKey, KeyState
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

_lazy: Any = gettext_lazy
View = TypeVar("View", bound=Callable[..., HttpResponse])
_action: Callable[..., Callable[[View], View]] = cast(Any, action)
STATE_COLOURS = {
    KeyState.ACTIVE.value: "success",
    KeyState.EXPIRING.value: "warning",
    KeyState.EXPIRED.value: "default",
    KeyState.REVOKED.value: "danger",
}
UNUSED_DAYS = {"30": 30, "90": 90, "365": 365}


class StateFilter(SimpleListFilter):
    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return KeyState.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        rows: QuerySet[Any] = queryset.in_state(self.value()) if self.value() in KeyState.values else queryset
        return rows


class UnusedFilter(SimpleListFilter):
    title, parameter_name = gettext_lazy("not used for"), "unused"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            (value, ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
            for value, days in UNUSED_DAYS.items()
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        days = UNUSED_DAYS.get(self.value() or "")
        rows: QuerySet[Any] = queryset.unused_for(timedelta(days=days)) if days else queryset
        return rows


@admin.register(ApiKey)
class ApiKeyAdmin(ScopedModelAdmin):
    """Keys are revoked rather than deleted, so that it can be told which key did what."""

    view_capability = Capability.MANAGE_KEYS
    change_capability = Capability.MANAGE_KEYS
    add_capability = Capability.MANAGE_KEYS

    list_display = ["name", "beginning", "user", "scope_list", "state_badge", "expires", "used", "client"]
    list_filter = [StateFilter, UnusedFilter, ("user", ScopedRelatedFilter), ("client", ScopedRelatedFilter)]
    list_select_related = ["user", "client"]
    search_fields = ["name", "token_key", "user__username"]
    search_help_text = gettext_lazy("Name, user, or the beginning of the secret")
    ordering = ["-created"]
    autocomplete_fields = ["user"]
    actions = ["revoke_selected"]
    actions_detail = ["replace", "revoke"]  # type: ignore[assignment]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **{"form": KeyForm if obj else NewKeyForm, **kwargs})
        form.actor = signed_in(request)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None:
            life = ["days", "never_expires"] if signed_in(request).is_superuser else ["days"]
            return [(None, {"fields": ["user", "name", "scopes", *life, "addresses"]})]
        facts = ["beginning", "user", "scope_list", "state_name", "created", "created_by", "expiry"]
        use = ["last_used_at", "last_used_address", "seen"]
        end = ["revoked_at", "revoked_by", "replaced_by"]
        sections = [
            (None, {"fields": ["name", "addresses"]}),
            (_("Key"), {"fields": facts}),
            (_("Use"), {"fields": use}),
        ]
        ended = any(getattr(obj, name) for name in end)
        return [*sections, (_("End"), {"fields": end})] if ended else sections

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        if obj is None:
            return []
        return [name for section in self.get_fieldsets(request, obj)[1:] for name in section[1]["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "client", "created_by", "revoked_by", "replaced_by")

    # --- Columns ------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("secret"), ordering="token_key")
    def beginning(self, key: ApiKey) -> str:
        return format_html('<code class="sq-code">{}</code>', key.prefix)

    @admin.display(description=gettext_lazy("scopes"))
    def scope_list(self, key: ApiKey) -> str:
        return format_html_join(" ", '<code class="sq-code">{}</code>', ((scope,) for scope in key.scopes))

    @display(description=_lazy("state"), label=STATE_COLOURS)
    def state_badge(self, key: ApiKey) -> tuple[str, str]:
        return key.state.value, str(key.state.label)

    @admin.display(description=gettext_lazy("state"))
    def state_name(self, key: ApiKey) -> str:
        return str(key.state.label)

    @admin.display(description=gettext_lazy("expires"), ordering="expiry")
    def expires(self, key: ApiKey) -> str:
        return date_format(timezone.localtime(key.expiry)) if key.expiry else _("never")

    @admin.display(description=gettext_lazy("last used"), ordering="last_used_at")
    def used(self, key: ApiKey) -> str:
        return naturaltime(key.last_used_at) if key.last_used_at else _("never")

    @admin.display(description=gettext_lazy("seen from"))
    def seen(self, key: ApiKey) -> str:
        addresses = list(key.seen_from.order_by("-first_seen_at").values_list("address", flat=True)[:20])
        return ", ".join(addresses) or "–"

    # --- What people do -----------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
            return
        issued = issue_key(**form.terms(), request=request)
        obj.pk = issued.key.pk
        request.issued_key = issued  # type: ignore[attr-defined]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """A new key is shown with its secret, so that there is nothing to go on editing."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().render_change_form(request, context, *args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service wrote the audit trail."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._show_secret(request, request.issued_key)  # type: ignore[attr-defined]

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_change_permission(request)

    @_action(description=_lazy("Replace"), url_path="replace", permissions=["revoke"], icon="autorenew")
    def replace(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new key in place of this one: first the question, then the secret."""
        key = self._key(request, object_id)
        form = ReplaceKeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                issued = replace_key(
                    key=key, actor=signed_in(request), hours=form.cleaned_data["hours"], request=request
                )
            except ValidationError as error:
                form.add_error(None, error)
            else:
                return self._show_secret(request, issued)
        return self._page(request, "replace", _("Replace this key?"), key=key, form=form)

    @_action(description=_lazy("Revoke"), url_path="revoke", permissions=["revoke"], icon="block")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        key = self._key(request, object_id)
        if request.method != "POST":
            return self._page(request, "revoke", _("Revoke this key?"), key=key)
        revoke_key(key=key, actor=signed_in(request), request=request)
        self.message_user(request, _("%(key)s is revoked.") % {"key": key}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:people_apikey_changelist"))

    @admin.action(description=gettext_lazy("Revoke"), permissions=["revoke"])
    def revoke_selected(self, request: HttpRequest, queryset: Any) -> None:
        keys = list(queryset.filter(revoked_at__isnull=True))
        for key in keys:
            revoke_key(key=key, actor=signed_in(request), request=request)
        text = ngettext("%(count)d key is revoked.", "%(count)d keys are revoked.", len(keys))
        self.message_user(request, text % {"count": len(keys)}, messages.SUCCESS)

    def _key(self, request: HttpRequest, object_id: str) -> ApiKey:
        key: ApiKey | None = self.get_object(request, object_id)
        if key is None:
            raise Http404
        return key

    def _show_secret(self, request: HttpRequest, issued: IssuedKey) -> HttpResponse:
        """In the answer to the POST itself: a secret that waits for a GET would have to be kept somewhere."""
        scopes = [KeyScope(scope) for scope in issued.key.scopes]
        return self._page(request, "issued", _("Copy the key now"), key=issued.key, secret=issued.secret, scopes=scopes)

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        response = render(request, f"admin/people/apikey/{name}.html", context)
        response["Cache-Control"] = "no-store"
        return response
