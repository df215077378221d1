"""The editor of a case: a new one, a copy, or the next version; its check while somebody writes."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prompts.pages.words import LANGUAGES
from salesiq.people.models import User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.judging.forms import example_forms
from testcases.models import CaseVersion, TestCase
from testcases.pages.managing.editing.about import AboutForm, initial_of
from testcases.pages.managing.editing.draft import Draft, criterion_from
from testcases.pages.managing.editing.page import editor_context, rule_context
from testcases.pages.managing.loading import client_of, load_case, one_of, version_of
from testcases.services import (
    CaseError,
    ContentError,
    NameTakenError,
    StaleVersionError,
    create_case,
    save_version,
    update_case,
)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_TESTS)
def new(request: HttpRequest) -> HttpResponse:
    """A case that is not there yet; with `copy` it begins as that one."""
    user = signed_in_user(request)
    client_of(user)
    if request.method == "POST":
        return _create(request, user)
    source = one_of(TestCase.objects.visible_to(user).select_related("current"), request.GET.get("copy", ""))
    language = source.language if source else "en"
    initial = {"language": language}
    draft = Draft.empty(language)
    if source is not None and source.current is not None:
        title = _("%(title)s (copy)") % {"title": source.title}
        initial = initial_of(source) | {"title": title, "name": _free_name(user, source.name)}
        draft = Draft.of(source.current.content, language)
        draft.check()
    about = AboutForm(new=True, initial=initial)
    context = editor_context(user, draft, about) | {"source": source, "is_blank": source is None}
    return render(request, "testcases/managing/edit/editor.html", context)


def _create(request: HttpRequest, user: User) -> HttpResponse:
    about = AboutForm(request.POST, new=True)
    draft = Draft.read(request.POST, _language(request))
    content = draft.check()
    if about.is_valid() and content is not None:
        try:
            made = create_case(
                client=client_of(user), user=user, content=content, why=request.POST.get("why", ""), **about.settings
            )
        except NameTakenError as error:
            about.add_error("name", error.sentence)
        except CaseError as error:
            about.add_error(None, error.sentence)
        except ContentError as error:
            draft.place(error.problems)
        except ValidationError as error:
            about.add_error(None, error)
        else:
            messages.success(request, _("The case is saved. Play it yourself before you give it to others."))
            return redirect("test-case", made.pk)
    context = editor_context(user, draft, about, request)
    return render(request, "testcases/managing/edit/editor.html", context, status=HTTPStatus.BAD_REQUEST)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@page(Capability.MANAGE_TESTS)
def edit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A new version, beginning with the newest or with the one that `from` names."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    if request.method == "POST":
        return _save(request, user, case)
    number = request.GET.get("from", "")
    start = version_of(case, number) if number else case.current
    if start is None:
        raise Http404
    draft = Draft.of(start.content, case.language)
    draft.check()
    based_on = case.current.number if case.current else start.number
    context = editor_context(user, draft, AboutForm.of(case), case=case) | {"start": start, "based_on": based_on}
    return render(request, "testcases/managing/edit/editor.html", context)


def _save(request: HttpRequest, user: User, case: TestCase) -> HttpResponse:
    """The next version, or everything as it was written with what is wrong at its place."""
    about = AboutForm(request.POST, new=False)
    draft, seen = Draft.read(request.POST, case.language), request.POST.get("based_on", "")
    content, newer = draft.check(), None
    if about.is_valid() and content is not None:
        based_on = None if "overwrite" in request.POST or not seen.isdecimal() else int(seen)
        try:
            with transaction.atomic():
                why = request.POST.get("why", "")
                version = save_version(case=case, user=user, content=content, why=why, based_on=based_on)
                update_case(case=case, user=user, changes=about.settings)
        except StaleVersionError as error:
            newer = case.versions.select_related("created_by").get(number=error.newest)
        except ContentError as error:
            draft.place(error.problems)
        except CaseError as error:
            about.add_error(None, error.sentence)
        except ValidationError as error:
            about.add_error(None, error)
        else:
            return _saved(request, case, version, seen)
    context = editor_context(user, draft, about, request, case=case) | {"based_on": seen, "newer": newer}
    status = HTTPStatus.CONFLICT if newer else HTTPStatus.BAD_REQUEST
    return render(request, "testcases/managing/edit/editor.html", context, status=status)


def _saved(request: HttpRequest, case: TestCase, version: CaseVersion, seen: str) -> HttpResponse:
    said = {"n": version.number}
    if str(version.number) == seen:
        messages.success(request, _("Saved. The talk is the same, so that version %(n)d stays the newest.") % said)
    else:
        messages.success(request, _("Version %(n)d is saved. Who plays now plays this one.") % said)
    return redirect("test-case", case.pk)


@require_POST
@page(Capability.MANAGE_TESTS)
def check(request: HttpRequest) -> HttpResponse:
    """For htmx, while somebody writes: what is wrong and where, each criterion in words, who else saved."""
    user = signed_in_user(request)
    case = one_of(TestCase.objects.visible_to(user), request.POST.get("case", ""))
    draft = Draft.read(request.POST, case.language if case else _language(request))
    draft.check()
    newer = _newer(case, request.POST.get("based_on", "")) if case else None
    context = {"draft": draft, "newer": newer, "case": case, "based_on": request.POST.get("based_on", "")}
    return render(request, "testcases/managing/edit/_checked.html", context)


@require_safe
@page(Capability.MANAGE_TESTS)
def example(request: HttpRequest) -> HttpResponse:
    """A criterion to begin with, of the examples of the judges; its rows are numbered from `first`."""
    examples, number, first = example_forms(), request.GET.get("n", ""), request.GET.get("first", "")
    if not number.isdecimal() or not first.isdecimal() or int(number) >= len(examples) or len(first) > 6:
        raise Http404
    chosen = examples[int(number)]
    row = criterion_from(chosen.rule, chosen.name, int(first))
    context = {"row": row, "is_new": True, **rule_context()}
    return render(request, "testcases/managing/edit/_criterion.html", context)


def _newer(case: TestCase, seen: str) -> CaseVersion | None:
    """A version that somebody saved since the editor was opened."""
    if not seen.isdecimal() or len(seen) > 9:
        return None
    return case.versions.defer("content").select_related("created_by").filter(number__gt=int(seen)).first()


def _language(request: HttpRequest) -> str:
    given = request.POST.get("language", "")
    return given if given in LANGUAGES else "en"


def _free_name(user: User, name: str) -> str:
    """`name` with a number behind it that no case of the client has."""
    taken = set(TestCase.objects.filter(client=user.client, name__startswith=name[:90]).values_list("name", flat=True))
    number = 2
    while f"{name[:90]}-{number}" in taken:
        number += 1
    return f"{name[:90]}-{number}"
