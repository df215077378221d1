"""The ground of every admin screen: rows by tenant and role, rights by capability, looks and changes audited."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from salesiq.common.pagination import quick_count
from salesiq.people.changes import describe_changes
from salesiq.people.keyset_list import KeysetChangeList
from salesiq.people.models import User
from salesiq.people.roles import Capability
from salesiq.people.saved_filters import filters_of
from salesiq.people.signals import object_touched

# Rows of a list that are counted one by one; of more the page says "about".
COUNT_EXACTLY_BELOW = 2_000


def signed_in(request: HttpRequest) -> User:
    """The user of an admin request; admin screens let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


class QuickPaginator(Paginator):  # type: ignore[type-arg]
    """Counts large results by PostgreSQL's estimate, so that a list opens at once on a million rows."""

    @cached_property
    def count(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return quick_count(self.object_list, exactly_below=COUNT_EXACTLY_BELOW)[0]


class ScopedRelatedFilter(RelatedFieldListFilter):
    """A filter by a related row that offers only the rows the user may see: `list_filter = [("team", …)]`."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: "DjangoModelAdmin[Any]") -> Any:
        rows = field.remote_field.model._default_manager.visible_to(request.user)
        return [(row.pk, str(row)) for row in rows]


class TenantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fills in the tenant for people who belong to one, and lets no relation cross from one tenant to another."""

    tenant_id: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.tenant_id and self.instance._state.adding:
            self.instance.client_id = self.tenant_id

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        client = values["client"].pk if values.get("client") else getattr(self.instance, "client_id", None)
        for name, value in list(values.items()):
            if client and any(_client_of(row) not in (None, client) for row in _rows(value)):
                self.add_error(name, ValidationError(_("Choose one of the same client."), code="other_client"))
        return values

    def _update_errors(self, errors: ValidationError) -> None:
        """What is wrong with a tenant that is not on the form (one row per tenant) is said above the form."""
        told = getattr(errors, "error_dict", {})
        if "client" in told and "client" not in self.fields:
            told.setdefault(NON_FIELD_ERRORS, []).extend(told.pop("client"))
        super()._update_errors(errors)  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """The tenant is not on the form of its people, but names must still be unique within it."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {"client"} if self.tenant_id else excluded


def _rows(value: object) -> Iterable[Model]:
    if isinstance(value, QuerySet):
        return value
    return [value] if isinstance(value, Model) else []


def _client_of(row: Model) -> Any:
    return getattr(row, "client_id", None)


class ScopedModelAdmin(ModelAdmin):
    """Base of every admin. Subclasses name capabilities; None means nobody, not even a superuser.

    `choose_capability`: who may look for rows to choose one in another form, without opening this screen.
    `audited`: each look at a single object is recorded as well. Changes always are: by the names of the fields, and
    with the values before and after for those in `rights`, which decide what somebody may do.
    """

    view_capability: ClassVar[Capability] = Capability.USE_ADMIN
    choose_capability: ClassVar[Capability | None] = None
    change_capability: ClassVar[Capability | None] = None
    add_capability: ClassVar[Capability | None] = None
    delete_capability: ClassVar[Capability | None] = None
    audited: ClassVar[bool] = False
    rights: ClassVar[Collection[str]] = ()
    has_history: ClassVar[bool] = True

    form = TenantForm
    paginator = QuickPaginator
    show_full_result_count = False
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: Any = super().get_queryset(request)
        visible: QuerySet[Any] = rows.visible_to(request.user)
        return visible

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return KeysetChangeList

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With the filters that the user has kept for this list."""
        screen = self.model._meta.label_lower
        kept: Any = {"screen": screen, "saved_filters": filters_of(request, screen), **(extra_context or {})}
        return super().changelist_view(request, kept)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if _is_choosing(request) and _may(request, self.choose_capability):
            return True
        return _may(request, self.view_capability)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may(request, self.change_capability)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may(request, self.delete_capability)

    def has_add_permission(self, request: HttpRequest) -> bool:
        user = signed_in(request)
        return _may(request, self.add_capability) and (user.is_superuser or user.client_id is not None)

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, TenantForm):
            form.tenant_id = self._tenant_id(request)
        return form

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        excluded = list(super().get_exclude(request, obj) or ())
        return [*excluded, "client"] if self._tenant_id(request) else excluded or None

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self._tenant_id(request):
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "client"]})
            for title, options in fieldsets
        ]

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return [name for name in columns if name != "client"] if self._tenant_id(request) else columns

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        if not self._tenant_id(request):
            return filters
        return [entry for entry in filters if (entry[0] if isinstance(entry, tuple) else entry) != "client"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", _choices(db_field, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", _choices(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Model | None = None,
    ) -> HttpResponse:
        if self.audited and obj is not None and request.method == "GET":
            _tell(request, obj, "viewed", {})
        context["show_history"] = self.has_history and change and _may(request, Capability.VIEW_AUDIT)
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return response

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """As at every other door: what one may not see is not there. Django would lead to the index with a message."""
        raise Http404

    # Django's own log would keep names and titles of what was touched; the audit trail replaces it.

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return describe_changes(form, formsets, rights=self.rights, add=add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _tell(request, obj, "added", message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _tell(request, obj, "changed", message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            _tell(request, row, "deleted", {})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Who looked at the object and who changed it, in the audit trail."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        if not (self.has_view_permission(request, row) and _may(request, Capability.VIEW_AUDIT)):
            raise PermissionDenied
        query = urlencode({"object": str(self.audited_row(row).pk)})
        return HttpResponseRedirect(f"{reverse('admin:audit_auditevent_changelist')}?{query}")

    def audited_row(self, row: Any) -> Any:
        """The row under whose id looks and changes are filed, where it is not the screen's own."""
        return row

    def _tenant_id(self, request: HttpRequest) -> Any:
        """The tenant of a user who belongs to one, where the model has a `client`; None for superusers."""
        user = signed_in(request)
        return None if user.is_superuser or not _has_client(self.model) else user.client_id


def _may(request: HttpRequest, capability: Capability | None) -> bool:
    return capability is not None and isinstance(request.user, User) and request.user.can(capability)


def _is_choosing(request: HttpRequest) -> bool:
    """Whether a form asks for rows to choose from: names alone, of what the user may see."""
    return request.resolver_match is not None and request.resolver_match.view_name == "admin:autocomplete"


def _has_client(model: type[Model]) -> bool:
    try:
        model._meta.get_field("client")
    except FieldDoesNotExist:
        return False
    return True


def _choices(field: "Field[Any, Any]", request: HttpRequest) -> QuerySet[Any]:
    """Rows of the related model that the user may choose; models without scoping offer theirs to superusers."""
    assert field.remote_field is not None
    rows: Any = field.remote_field.model._default_manager
    if hasattr(rows, "visible_to"):
        visible: QuerySet[Any] = rows.visible_to(request.user)
        return visible
    everything: QuerySet[Any] = rows.all()
    return everything if signed_in(request).is_superuser else everything.none()


def _tell(request: HttpRequest, target: Model, action: str, details: dict[str, Any]) -> None:
    object_touched.send(
        type(target), target=target, action=action, actor=signed_in(request), request=request, details=details
    )
