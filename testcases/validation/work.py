"""The nightly job that writes what outcomes and wording say of each case; it may be killed anywhere and run again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from salesiq.jobs.models import Job
from salesiq.jobs.services import Lease, enqueue
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability
from testcases.content.problems import ContentError
from testcases.content.reading import read_content
from testcases.models import CaseFigures, TestCase, Training
from testcases.services.errors import assert_may
from testcases.validation.figures import figures_of
from testcases.validation.leaks import find_leaks
from testcases.validation.linting import lint_content
from testcases.validation.outcomes import outcomes_of

TASK_OF_CLIENT = "testcases.validation.work.validate_client"
MOST_LEAKS = 20


def validate_cases(subject: str, lease: Lease) -> None:
    """Every night: the cases of every client."""
    clients = list(Client.objects.filter(pk__in=TestCase.objects.values("client")))
    for done, client in enumerate(clients):
        lease.report("validation", done / len(clients))
        make_figures(client)


def validate_client(subject: str, lease: Lease) -> None:
    """Those of one client, asked for by a person."""
    client = Client.objects.filter(pk=subject).first()
    if client is not None:
        lease.report("validation", 0.1)
        make_figures(client)


def start_validation(*, client: Client, user: User | None) -> Job:
    """Look at the client's cases now.

    Raises:
        PermissionDenied: `user` may not manage test cases.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    return enqueue(task=TASK_OF_CLIENT, subject=str(client.pk), client=client, created_by=user)


def make_figures(client: Client) -> int:
    """Write the figures of every case of `client` anew; how many cases."""
    cases = list(TestCase.objects.filter(client=client, current__isnull=False).select_related("current"))
    outcomes = outcomes_of(client)
    as_tests = figures_of(outcomes, {case.pk: case.difficulty_level for case in cases})
    materials = _materials(client)
    now = timezone.now()
    for case in cases:
        told = as_tests[case.pk]
        texts = _texts(case, materials.get(case.language, {}))
        flags = [*told.flags, *texts.pop("flags")]
        values = {
            "client": client, "n": told.n, "figures": {**told.figures, **texts, "flags": flags},
            "is_flagged": bool(flags), "made_at": now,
        }  # fmt: skip
        with transaction.atomic():
            CaseFigures.objects.update_or_create(case=case, defaults=values)
    return len(cases)


def _texts(case: TestCase, materials: dict[str, str]) -> dict[str, Any]:
    """Lint and leaks of the current version."""
    assert case.current is not None
    try:
        content = read_content(case.current.content)
    except ContentError:
        return {"lint": [{"code": "unreadable", "criterion": "", "values": {}, "is_serious": True}], "leaks": [],
                "flags": ["lint"]}  # fmt: skip
    lint = [asdict(each) for each in lint_content(content)]
    leaks = [asdict(each) for each in find_leaks(content, materials)[:MOST_LEAKS]]
    flags = ["lint"] * any(each["is_serious"] for each in lint) + ["leak"] * bool(leaks)
    return {"lint": lint, "leaks": leaks, "flags": flags, "version": case.current.number}


def _materials(client: Client) -> dict[str, dict[str, str]]:
    """{language: {training's title: material}} of what agents may read."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    rows: Iterable[tuple[UUID, str, str, str]] = Training.objects.filter(client=client, is_active=True).values_list(
        "pk", "title", "language", "material"
    )
    for _pk, title, language, material in rows:
        found[language][title] = material
    return dict(found)
