"""Import and export of a screen's rows as files, by django-import-export: tried first, within one's tenant, audited."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, JSON, XLSX
from import_export.resources import ModelResource
from import_export.tmp_storages import MediaStorage
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from salesiq.people.models import User
from salesiq.people.signals import object_touched

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 5_000


class TenantResource(ModelResource):  # type: ignore[type-arg]
    """Rows of the user's own tenant. `rights` are fields whose values the trail keeps before and after.

    A row of a file is the one of the tenant that `find` says, otherwise a new one. Everything is checked as a form
    checks it; with one row wrong nothing is written.
    """

    rights: ClassVar[Collection[str]] = ()

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request = request
        assert isinstance(request.user, User)
        self.user = request.user
        self._before: dict[str, Any] = {}
        self._is_new = False

    def get_queryset(self) -> QuerySet[Any]:
        model: Any = self._meta.model
        rows: Any = model._default_manager
        visible: QuerySet[Any] = rows.visible_to(self.user)
        return visible

    def find(self, row: Any) -> dict[str, Any]:
        """By what a row is known."""
        return {"name": row.get("name", "")}

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        found = list(self.get_queryset().filter(client=self.user.client_id, **self.find(row))[:2])
        if len(found) > 1:
            raise ValidationError(_("There are several of this name. Put them right by hand."))
        return found[0] if found else None

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > MOST_ROWS:
            sentence = _("The file has more than %(most)d rows. Split it, or use the import of records.")
            raise ValidationError(sentence % {"most": MOST_ROWS})

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        """What `plain` had put before a formula comes off again."""
        for name, value in row.items():
            if isinstance(value, str) and value[:1] == "'" and value[1:2] in _FORMULA:
                row[name] = value[1:]

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        self._is_new = instance._state.adding
        columns = [_column(name) for name in self.rights]
        stored = type(instance)._default_manager.filter(pk=instance.pk).values(*columns).first() or {}
        self._before = {name: _code(stored.get(_column(name))) for name in self.rights}

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if instance._state.adding:
            instance.client_id = self.user.client_id
        super().import_instance(instance, row, **kwargs)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if kwargs.get("dry_run"):
            return
        after = {name: _code(getattr(instance, _column(name))) for name in self.rights}
        moved = [name for name in self.rights if self._before[name] != after[name]]
        details: dict[str, Any] = {"by": "import", "after": {name: after[name] for name in moved}}
        if not self._is_new:
            details["before"] = {name: self._before[name] for name in moved}
        _tell(self.request, instance, "added" if self._is_new else "changed", details)


class ExchangeMixin(ImportExportMixin):  # type: ignore[type-arg]
    """For a ScopedModelAdmin whose rows are taken out and brought in as files.

    Who may see the screen exports what it shows; who may add and change imports, and only into a tenant of their own.
    """

    formats: ClassVar[Any] = [CSV, XLSX, JSON]
    import_form_class = ImportForm
    export_form_class = ExportForm
    skip_admin_log = True  # the audit trail replaces Django's own
    tmp_storage_class = MediaStorage  # where files lie encrypted

    def has_import_permission(self, request: HttpRequest) -> bool:
        screen: Any = self
        user: Any = request.user
        may = screen.has_add_permission(request) and screen.has_change_permission(request)
        return bool(may and user.client_id is not None)

    def has_export_permission(self, request: HttpRequest) -> bool:
        screen: Any = self
        return bool(screen.has_view_permission(request))

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"request": request}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"request": request}

    def get_data_for_export(self, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        """At most MOST_ROWS, none of them a formula, and a line in the trail."""
        data = super().get_data_for_export(request, queryset[:MOST_ROWS], **kwargs)
        for number, row in enumerate(data.dict):
            data[number] = tuple(plain(value) for value in row.values())
        user: Any = request.user
        details = {"kind": queryset.model._meta.label_lower, "rows": len(data), "by": "back office"}
        _tell(request, user.client or user, "data_exported", details)
        return data


def plain(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _column(name: str) -> str:
    return f"{name}_id" if name in ("client", "team", "user") else name


def _code(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else str(value)


def _tell(request: HttpRequest, target: Model, action: str, details: dict[str, Any]) -> None:
    object_touched.send(
        type(target), target=target, action=action, actor=request.user, request=request, details=details
    )
