"""What people do to a case from its page: files, putting aside, playing it themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from prompts.pages.words import LANGUAGES
from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.content.files import CaseFile, read_case_file, write_case_file
from testcases.library.install import ALL, install_library
from testcases.models import CaseVersion, TestCase
from testcases.pages.managing.loading import client_of, load_case, version_of
from testcases.selectors import content_of
from testcases.services import CaseError, ContentError, create_case, save_version, told, update_case
from testcases.simulation.errors import PracticeError
from testcases.simulation.sessions import start_session

LARGEST_FILE = 1_000_000
PROBLEMS_SHOWN = 5


@require_safe
@page(Capability.VIEW_TESTS)
def export(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The case with one version as a YAML file, for git."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    number = request.GET.get("v") or (case.current.number if case.current else 0)
    version = version_of(case, number)
    headers = {"Content-Disposition": f'attachment; filename="{case.name}.yaml"'}
    return HttpResponse(_file_of(case, version), content_type="application/yaml; charset=utf-8", headers=headers)


def _file_of(case: TestCase, version: CaseVersion) -> str:
    return write_case_file(
        CaseFile(
            name=case.name, title=case.title, test_type=case.test_type, difficulty_level=case.difficulty_level,
            language=case.language, content=content_of(version), description=case.description,
            skills=tuple(case.skills),
        )
    )  # fmt: skip


@require_POST
@page(Capability.MANAGE_TESTS)
def import_file(request: HttpRequest) -> HttpResponse:
    """A case from a file: new, or the next version of the one that has its name."""
    user = signed_in_user(request)
    client = client_of(user)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > LARGEST_FILE:
        messages.warning(request, _("Choose a file of at most 1 MB that was exported here or written like it."))
        return redirect("test-cases")
    try:
        case = _take(client, user, read_case_file(file.read().decode("utf-8-sig")))
    except UnicodeDecodeError:
        messages.warning(request, _("This file is no text in UTF-8. Save it as UTF-8 and import it again."))
    except ContentError as error:
        messages.warning(request, _("Nothing was imported. %(problems)s") % {"problems": _problems(error)})
    except CaseError as error:
        messages.warning(request, _("Nothing was imported. %(problems)s") % {"problems": error.sentence})
    except ValidationError as error:
        messages.warning(request, _("Nothing was imported. %(problems)s") % {"problems": " ".join(error.messages)})
    else:
        messages.success(request, _("“%(title)s” is imported.") % {"title": case.title})
        return redirect("test-case", case.pk)
    return redirect("test-cases")


def _take(client: Client, user: User, file: CaseFile) -> TestCase:
    """The case of `file`: made, or brought up to it."""
    settings: dict[str, Any] = {
        "title": file.title, "description": file.description, "test_type": file.test_type,
        "difficulty_level": file.difficulty_level, "skills": list(file.skills),
    }  # fmt: skip
    why = _("Imported from a file")
    case = TestCase.objects.visible_to(user).filter(client=client, name=file.name).first()
    if case is None:
        return create_case(
            client=client, user=user, name=file.name, language=file.language, content=file.content, why=why, **settings
        )
    with transaction.atomic():
        save_version(case=case, user=user, content=file.content, why=why)
        return update_case(case=case, user=user, changes=settings)


def _problems(error: ContentError) -> str:
    """The first few with their lines, and how many more there are."""
    said = []
    for each in error.problems[:PROBLEMS_SHOWN]:
        line = getattr(each, "line", 0)
        place = _("Line %(line)d (%(path)s):") % {"line": line, "path": each.path or "/"} if line else f"{each.path}:"
        said.append(f"{place} {told(each)}")
    if (more := len(error.problems) - PROBLEMS_SHOWN) > 0:
        said.append(ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more})
    return " ".join(said)


@require_POST
@page(Capability.MANAGE_TESTS)
def take_library(request: HttpRequest) -> HttpResponse:
    """Put the shipped cases of one language, or of all, beside those that are there."""
    user = signed_in_user(request)
    client = client_of(user)
    language = request.POST.get("language", "")
    done = install_library(client=client, user=user, language=language if language in LANGUAGES else ALL)
    messages.success(request, _("The library is here: %(counts)s") % {"counts": done})
    return redirect("test-cases")


@require_POST
@page(Capability.MANAGE_TESTS)
def set_active(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Put a case aside, or into use again."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    active = request.POST.get("active") == "1"
    update_case(case=case, user=user, changes={"is_active": active})
    told_ = _("The case is in use again.") if active else _("The case is put aside. What was run of it stays.")
    messages.success(request, told_)
    return redirect("test-case", case.pk)


@require_POST
@page(Capability.MANAGE_TESTS)
def play(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Play a version oneself, as a trial: it is judged, and counted nowhere."""
    user = signed_in_user(request)
    case = load_case(user, case_id)
    version = version_of(case, request.POST.get("version") or (case.current.number if case.current else 0))
    try:
        session = start_session(version=version, user=user, is_trial=True)
    except PracticeError as error:
        messages.warning(request, error.sentence)
        return redirect("test-case", case.pk)
    return redirect("test-play", session.pk)
