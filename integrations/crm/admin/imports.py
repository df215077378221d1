"""Imports in the back office: how files of a source are read, and what became of each file."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from integrations.crm.admin.display import STATUS_COLOURS
from integrations.crm.admin.ground import BY_CLIENT, CrmAdmin
from integrations.crm.admin.wizard import WizardScreens, run_context
from integrations.crm.admin.wizard_forms import goal_in_words
from integrations.crm.import_files import record_rejected_download
from integrations.crm.models import ImportRun, ImportSource
from salesiq.people.backoffice import signed_in
from salesiq.people.roles import Capability

# unfold's decorator asks for plain text; a lazy one keeps its language open until it is shown.
_lazy: Any = gettext_lazy
_HEAD = '<th class="text-left pr-6 pb-1 font-semibold">{}</th>'
_ROW = '<tr><td class="pr-6 py-1 align-top">{}</td><td class="py-1 align-top">{}</td></tr>'


def two_columns(first: Any, second: Any, rows: Any) -> str:
    """A small table; a dash when it has no rows."""
    body = format_html_join("", _ROW, rows)
    head = format_html("<tr>{}{}</tr>", format_html(_HEAD, first), format_html(_HEAD, second))
    return format_html("<table><thead>{}</thead><tbody>{}</tbody></table>", head, body) if body else "–"


class ImportAdmin(CrmAdmin):
    """A file holds rows of every team: imports are for those who manage the CRM."""

    view_capability = Capability.MANAGE_CRM


@admin.register(ImportSource)
class ImportSourceAdmin(ImportAdmin):
    """Saved by an import once a person has seen the columns. Deleting one has them guessed anew."""

    add_capability = None
    change_capability = None
    list_display = ["system", "kind", "updated_at", "client"]
    list_filter = ["kind", BY_CLIENT]
    list_select_related = ["client"]
    search_fields = ["system"]
    search_help_text = gettext_lazy("System")
    fields = ["system", "kind", "columns", "options", "updated_at"]
    readonly_fields = ["columns"]

    @admin.display(description=gettext_lazy("columns"))
    def columns(self, source: ImportSource) -> str:
        return columns_table(source.mapping)


@admin.register(ImportRun)
class ImportRunAdmin(WizardScreens, ImportAdmin):  # type: ignore[misc]
    list_before_template = "crm/admin/_imports_head.html"  # type: ignore[assignment]
    change_form_before_template = "crm/admin/_run_head.html"  # type: ignore[assignment]
    add_capability = None
    change_capability = None
    delete_capability = None
    audited = True

    list_display = [
        "file_name", "kind", "system", "state", "is_dry", "read", "created", "updated", "unchanged", "rejected",
        "created_at", "created_by", "client",
    ]  # fmt: skip
    list_filter = ["status", "kind", "is_dry", "created_at", BY_CLIENT]
    list_select_related = ["created_by", "client"]
    search_fields = ["file_name", "system"]
    search_help_text = gettext_lazy("File or system")
    fields = ["file_name", "kind", "system", "columns", "read_as", "created_by", "created_at", "finished_at"]
    readonly_fields = ["columns", "read_as"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_rejected)
        own = [path("<path:object_id>/rejected/", view, name="crm_importrun_rejected"), *self.wizard_urls()]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        context |= run_context(request, obj) if obj is not None else {}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)  # type: ignore[misc]

    @display(description=_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def state(self, run: ImportRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @admin.display(description=gettext_lazy("columns"))
    def columns(self, run: ImportRun) -> str:
        return columns_table(run.mapping)

    @admin.display(description=gettext_lazy("how it was read"))
    def read_as(self, run: ImportRun) -> str:
        items = format_html_join("", "<li>{}</li>", ((note,) for note in run.notes))
        return format_html('<ul class="list-disc pl-4">{}</ul>', items) if items else "–"

    def download_rejected(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The rows that were refused, each with its reason. They hold personal data: the download is recorded."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None or not run.rejected_file:
            raise Http404
        name = record_rejected_download(run=run, actor=signed_in(request), request=request)
        return FileResponse(run.rejected_file.open("rb"), as_attachment=True, filename=name, content_type="text/csv")


def columns_table(mapping: dict[str, str]) -> str:
    """Where each column of a file goes; columns that are left out say so."""
    rows = [(column, goal_in_words(column, goal)) for column, goal in mapping.items()]
    return two_columns(gettext_lazy("Column"), gettext_lazy("Becomes"), rows)
