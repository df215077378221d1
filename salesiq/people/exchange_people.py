"""Agents and teams as files."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from import_export.widgets import BooleanWidget, ForeignKeyWidget

from salesiq.people.exchange import TenantResource
from salesiq.people.models import Agent, Team, User


class _OfClient(ForeignKeyWidget):  # type: ignore[type-arg]
    """A row of the same tenant, by a column that people know."""

    def __init__(self, model: Any, field: str, *, user: User) -> None:
        super().__init__(model, field)
        self.user = user

    def get_queryset(self, value: Any, row: Any, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        visible: QuerySet[Any] = rows.visible_to(self.user).filter(client=self.user.client_id)
        return visible


class TeamResource(TenantResource):
    rights = ("client",)

    class Meta:
        model = Team
        fields = ("name",)
        import_id_fields = ("name",)
        skip_unchanged = True
        clean_model_instances = True


class AgentResource(TenantResource):
    """Known by their id in other systems where the file has one, otherwise by name."""

    rights = ("client", "team", "user", "is_active")

    class Meta:
        model = Agent
        fields = ("name", "external_id", "team", "user", "accent", "is_active")
        import_id_fields = ("name",)
        skip_unchanged = True
        clean_model_instances = True

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(request, **kwargs)
        self.fields["team"] = Field("team", "team", _OfClient(Team, "name", user=self.user))
        self.fields["user"] = Field("user", "user", _OfClient(User, "username", user=self.user))
        self.fields["is_active"] = Field("is_active", "is_active", BooleanWidget(), default=True)

    def find(self, row: Any) -> dict[str, Any]:
        if row.get("external_id"):
            return {"external_id": row["external_id"]}
        return super().find(row)

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("team", "user")
