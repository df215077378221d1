"""Admin screens of tenants and their people."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from salesiq.people.backoffice import ScopedModelAdmin, ScopedRelatedFilter, TenantForm, signed_in
from salesiq.people.client_form import ClientForm
from salesiq.people.exchange import ExchangeMixin
from salesiq.people.exchange_people import AgentResource, TeamResource
from salesiq.people.key_admin import ApiKeyAdmin
from salesiq.people.models import Agent, Client, Customer, Team, User
from salesiq.people.models.organisation import CustomerQuerySet
from salesiq.people.roles import Capability

__all__ = ["ApiKeyAdmin"]

# Rights follow from a user's role; groups would promise something that has no effect.
admin.site.unregister(Group)


class PeopleAdmin(ScopedModelAdmin):
    view_capability = Capability.MANAGE_PEOPLE
    change_capability = Capability.MANAGE_PEOPLE
    add_capability = Capability.MANAGE_PEOPLE
    delete_capability = Capability.MANAGE_PEOPLE


@admin.register(Client)
class ClientAdmin(PeopleAdmin):
    """An administrator sets up their own client; only the installation's superuser makes or removes one."""

    form = ClientForm
    list_display = ["name", "slug", "language", "time_zone"]
    search_fields = ["name", "slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return signed_in(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return signed_in(request).is_superuser


@admin.register(Team)
class TeamAdmin(ExchangeMixin, PeopleAdmin):  # type: ignore[misc]
    rights = ("client", "managers", "reviewers")
    resource_classes = [TeamResource]
    list_display = ["name", "client"]
    list_select_related = ["client"]
    list_filter = [("client", ScopedRelatedFilter)]
    search_fields = ["name"]
    autocomplete_fields = ["managers", "reviewers"]
    fields = ["client", "name", "managers", "reviewers"]


@admin.register(Agent)
class AgentAdmin(ExchangeMixin, PeopleAdmin):  # type: ignore[misc]
    choose_capability = Capability.VIEW_CALLS
    rights = ("client", "team", "user", "is_active")
    resource_classes = [AgentResource]
    list_display = ["name", "team", "user", "external_id", "is_active", "client"]
    list_filter = [("client", ScopedRelatedFilter), ("team", ScopedRelatedFilter), "is_active"]
    list_select_related = ["team", "user", "client"]
    search_fields = ["name", "external_id"]
    autocomplete_fields = ["team", "user"]
    fields = ["client", "name", "team", "user", "external_id", "is_active"]


@admin.register(Customer)
class CustomerAdmin(PeopleAdmin):
    choose_capability = Capability.VIEW_CALLS
    list_display = ["name", "company", "phone", "email", "region", "client"]
    list_filter = [("client", ScopedRelatedFilter)]
    list_select_related = ["client"]
    search_fields = ["name", "company", "external_id"]
    search_help_text = _("Name, company, id in other systems; e-mail or phone as a whole")
    sortable_by = ["name", "company", "region", "client"]
    fields = ["client", "name", "company", "phone", "email", "region", "external_id"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Phone and e-mail lie encrypted: they are found by their whole value."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        clients = list(Client.objects.visible_to(signed_in(request)).values_list("pk", flat=True))
        for more in (CustomerQuerySet.with_phone, CustomerQuerySet.with_email):
            if search_term.strip():
                found = found | more(cast(CustomerQuerySet, queryset), search_term, clients=clients)
        return found, duplicates


class NewUserForm(TenantForm, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "role", "client")


class ChangedUserForm(TenantForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


@admin.register(User)
class UserAdmin(PeopleAdmin, DjangoUserAdmin):  # type: ignore[type-arg,misc]
    """A tenant's administrator manages its people, but neither sees nor makes superusers."""

    rights = ("client", "role", "is_active", "is_superuser")
    form = ChangedUserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "email", "role", "is_active", "client"]
    list_filter = [("client", ScopedRelatedFilter), "role", "is_active"]
    list_select_related = ["client"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (_("Rights"), {"fields": ["client", "role", "is_active", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [  # type: ignore[assignment]
        (None, {"fields": ["client", "username", "role", "usable_password", "password1", "password2"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if signed_in(request).is_superuser else rows.filter(is_superuser=False)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if signed_in(request).is_superuser:
            return fieldsets
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "is_superuser"]})
            for title, options in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes themselves: the last administrator would be locked out by a slip."""
        return super().has_delete_permission(request, obj) and obj != request.user
