"""Standards from outside: the list, and taking them from a CSV file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from salesiq.people.models import Client, User
from salesiq.people.pages import page, signed_in_user
from salesiq.people.roles import Capability
from testcases.models import Benchmark, Difficulty, TestType
from testcases.pages.managing.loading import client_of
from testcases.services import UnusableFileError, import_benchmarks
from testcases.services.benchmarks import COLUMNS, NEEDED, delete_benchmark
from testcases.skills import name_of

PROBLEMS_SHOWN = 50
MOST_READ = 2_000_001


@require_http_methods(["GET", "HEAD", "POST"])
@page(Capability.VIEW_TESTS)
def benchmarks(request: HttpRequest) -> HttpResponse:
    """All of them; POST takes a file, whole or not at all."""
    user = signed_in_user(request)
    context: dict[str, Any] = {}
    if request.method == "POST":
        if not user.manages_tests:
            raise PermissionDenied
        context = _import(request, client_of(user), user)
        if "done" in context:
            return redirect("test-benchmarks")
    types, levels = dict(TestType.choices), dict(Difficulty.choices)
    rows = [
        {
            "benchmark": row, "skill": name_of(row.skill) if row.skill else "",
            "type": types.get(row.test_type, ""), "level": levels.get(row.difficulty_level, ""),
        }
        for row in Benchmark.objects.visible_to(user)
    ]  # fmt: skip
    context |= {
        "tc": "benchmarks", "rows": rows, "columns": COLUMNS, "needed": NEEDED, "types": TestType.values,
        "levels": Difficulty.values, "may_write": user.manages_tests and user.client_id is not None,
    }  # fmt: skip
    return render(request, "testcases/managing/benchmarks.html", context, status=400 if "sentence" in context else 200)


def _import(request: HttpRequest, client: Client, user: User) -> dict[str, Any]:
    """`done` where all was taken, otherwise the `sentence` and `problems` that say why nothing was."""
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file is None and not text.strip():
        return {"sentence": _("Choose a file, or paste its lines."), "text": text}
    data = file.read(MOST_READ) if file is not None else text.encode()
    try:
        done = import_benchmarks(client=client, user=user, data=data)
    except UnusableFileError as error:
        more = max(0, len(error.problems) - PROBLEMS_SHOWN)
        return {"sentence": error.sentence, "problems": error.problems[:PROBLEMS_SHOWN], "more": more, "text": text}
    said = ngettext("%(n)d benchmark is new,", "%(n)d benchmarks are new,", done.added) % {"n": done.added}
    more_said = ngettext("%(n)d took the place of another.", "%(n)d took the places of others.", done.changed)
    messages.success(request, f"{said} {more_said % {'n': done.changed}}")
    return {"done": True}


@require_POST
@page(Capability.MANAGE_TESTS)
def remove_benchmark(request: HttpRequest, benchmark_id: UUID) -> HttpResponse:
    user = signed_in_user(request)
    found = get_object_or_404(Benchmark.objects.visible_to(user), pk=benchmark_id)
    delete_benchmark(benchmark=found, user=user)
    messages.success(request, _("The benchmark is deleted."))
    return redirect("test-benchmarks")
