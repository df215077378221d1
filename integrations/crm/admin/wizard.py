"""Importing a file in the back office: choose it, see what its columns become, try it, bring it in."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from integrations.crm.admin.wizard_forms import (
    NewImportForm,
    column_rows,
    options_problem,
    posted_mapping,
    posted_options,
)
from integrations.crm.import_files import drop_draft, keep_draft, open_draft
from integrations.crm.importing.result import Preview
from integrations.crm.models import ImportRun, ImportStatus, RecordKind
from integrations.crm.selectors import job_of_import
from integrations.crm.services import MappingError, UnreadableFileError, preview_import, start_import
from salesiq.jobs.selectors import job_progress
from salesiq.people.backoffice import signed_in
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

SESSION = "import_draft"
ENDED = (ImportStatus.DONE, ImportStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Draft:
    """The file somebody looks at: one at a time, known to their session alone. `tried` is its latest dry run."""

    name: str
    client: str
    kind: str
    file_name: str
    tried: str = ""


class WizardScreens:
    """The addresses of the import, for the screen of `ImportRun`."""

    admin_site: Any

    def wizard_urls(self) -> list[Any]:
        views = [
            ("new/", self.new_import, "new"),
            ("new/columns/", self.look_at_columns, "columns"),
            ("<path:object_id>/state/", self.follow, "state"),
        ]
        return [path(route, self.admin_site.admin_view(view), name=f"crm_importrun_{name}")
                for route, view, name in views]  # fmt: skip

    def new_import(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; it is read at once and kept, encrypted, while its columns are looked at."""
        user = _importer(request)
        form = NewImportForm(request.POST or None, request.FILES or None, user=user)
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            try:
                preview_import(client=values["client"], kind=values["kind"], file=values["file"],
                               file_name=values["file"].name)  # fmt: skip
            except UnreadableFileError as error:
                form.add_error("file", str(error))
            else:
                _forget_draft(request)
                name = keep_draft(client=values["client"], file=values["file"])
                _remember(request, Draft(name, str(values["client"].pk), values["kind"], values["file"].name))
                return HttpResponseRedirect(reverse("admin:crm_importrun_columns"))
        return self._page(request, "crm/admin/import_new.html", _("Import a file"), form=form)

    def look_at_columns(self, request: HttpRequest) -> HttpResponse:
        """What each column becomes, with what would go wrong; from here the file is tried, brought in or put away."""
        user = _importer(request)
        draft = _draft_of(request)
        client = Client.objects.visible_to(user).filter(pk=draft.client).first() if draft else None
        if draft is None or client is None:
            messages.info(request, _("Choose the file first; it is kept for a day."))
            return HttpResponseRedirect(reverse("admin:crm_importrun_new"))
        if request.POST.get("do") == "discard":
            _forget_draft(request)
            return HttpResponseRedirect(reverse("admin:crm_importrun_changelist"))
        try:
            with open_draft(draft.name) as file:
                return self._columns(request, user, draft, client, file)
        except FileNotFoundError:
            _forget_draft(request)
            messages.info(request, _("The file was kept for a day only. Choose it again."))
            return HttpResponseRedirect(reverse("admin:crm_importrun_new"))

    def _columns(self, request: HttpRequest, user: User, draft: Draft, client: Client, file: Any) -> HttpResponse:
        mapping, options = posted_mapping(request.POST), posted_options(request.POST)
        asked: dict[str, Any] = {"client": client, "kind": draft.kind, "file_name": draft.file_name,
                                 "system": request.POST.get("system", "").strip()[:40]}  # fmt: skip
        problem = options_problem(options)
        try:
            said: dict[str, Any] = {"mapping": mapping or None, "options": options or None}
            preview = preview_import(file=file, **asked, **({} if problem else said))
        except (MappingError, UnreadableFileError) as error:
            problem, preview = str(error), preview_import(file=file, **asked)
        do = request.POST.get("do", "")
        if do in ("try", "import") and not problem and not preview.missing:
            run = start_import(
                file=file, actor=user, mapping=preview.mapping, options=options or None, is_dry=do == "try",
                **{**asked, "system": asked["system"] or preview.system},
            )  # fmt: skip
            if run.is_dry:
                _remember(request, replace(draft, tried=str(run.pk)))
            else:
                _forget_draft(request)
            return HttpResponseRedirect(reverse("admin:crm_importrun_change", args=[run.pk]))
        return self._show_columns(request, draft, client, preview, mapping, options, problem)

    def _show_columns(
        self, request: HttpRequest, draft: Draft, client: Client, preview: Preview, mapping: dict[str, str],
        options: dict[str, Any], problem: str,
    ) -> HttpResponse:  # fmt: skip
        shown = {**preview.options, **options}
        return self._page(
            request,
            "crm/admin/import_columns.html",
            _("What the columns become"),
            draft=draft,
            kind=RecordKind(draft.kind).label,
            client_name=client.name if signed_in(request).is_superuser else "",
            preview=preview,
            columns=column_rows(preview, mapping),
            options={"day_first": _word(shown.get("day_first")), "decimal_comma": _word(shown.get("decimal_comma")),
                     "currency": shown.get("currency", "")},
            problem=problem,
        )  # fmt: skip

    def follow(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How far the import is, for the page that follows it; once it has ended that page is loaded anew."""
        run = self._run(request, object_id)
        answer = TemplateResponse(request, "crm/admin/_run_state.html", run_context(request, run))
        if run.status in ENDED:
            answer["HX-Refresh"] = "true"
        return answer

    def _run(self, request: HttpRequest, object_id: str) -> ImportRun:
        try:
            return ImportRun.objects.visible_to(_importer(request)).get(pk=object_id)
        except (ImportRun.DoesNotExist, ValidationError) as error:
            raise Http404 from error

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        frame = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**frame, "title": title, **context})


def run_context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """What the head of an import's page shows."""
    job = job_of_import(run) if run.status not in ENDED else None
    draft = _draft_of(request)
    return {
        "run": run,
        "ended": run.status in ENDED,
        "progress": job_progress(job) if job else None,
        "per_cent": round(100 * job.fraction) if job else 0,
        "reasons": sorted(run.reasons.items(), key=lambda entry: -entry[1]),
        "may_go_on": draft is not None and draft.tried == str(run.pk),
    }


def _importer(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.can(Capability.MANAGE_CRM):
        raise PermissionDenied
    return user


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, "")


def _draft_of(request: HttpRequest) -> Draft | None:
    kept = request.session.get(SESSION)
    return Draft(**kept) if kept else None


def _remember(request: HttpRequest, draft: Draft) -> None:
    request.session[SESSION] = asdict(draft)


def _forget_draft(request: HttpRequest) -> None:
    draft = _draft_of(request)
    if draft is not None:
        drop_draft(draft.name)
        del request.session[SESSION]
