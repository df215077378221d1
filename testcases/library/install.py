"""Putting the shipped test cases, trainings and suites into a client's workspace, as often as one likes."""

from django.db import transaction
from django.db.models import Model, QuerySet

from salesiq.common.installed import Installed
from salesiq.people.models import Client, User
from testcases.content.reading import content_hash, write_content
from testcases.library.shipped import (
    LANGUAGES,
    ShippedCase,
    ShippedSuite,
    ShippedTraining,
    shipped_cases,
    shipped_suites,
    shipped_trainings,
)
from testcases.models import Suite, TestCase, Training
from testcases.services.cases import create_case, save_version
from testcases.services.suites import save_suite
from testcases.services.trainings import save_training

ALL = "all"
WHY = "From the library"


def install_library(*, client: Client, user: User | None = None, language: str = ALL) -> Installed:
    """Add the shipped cases, trainings and suites in `language` (`all`: every language).

    A case that people have written versions of is left as it is; one that they have not gets the library's newest text
    as its next version. A training or suite that is there is left as it is. Runs again without a second effect.

    Raises:
        ShippedError: no such language.
        PermissionDenied: `user` may not manage test cases.
    """
    done = Installed()
    for each in LANGUAGES if language == ALL else (language,):
        for case in shipped_cases(each):
            _install_case(case, client, user, done)
        for training in shipped_trainings(each):
            _install_training(training, client, user, done)
        for suite in shipped_suites(each):
            _install_suite(suite, client, user, done)
    return done


@transaction.atomic
def _install_case(shipped: ShippedCase, client: Client, user: User | None, done: Installed) -> None:
    case = TestCase.objects.filter(client=client, library_key=shipped.key).select_related("current").first()
    file = shipped.file
    if case is None:
        name = _free_name(TestCase.objects.filter(client=client), file.name)
        create_case(
            client=client, user=user, name=name, title=file.title, test_type=file.test_type,
            difficulty_level=file.difficulty_level, language=file.language, skills=file.skills,
            description=file.description, content=file.content, why=WHY, library_key=shipped.key,
        )  # fmt: skip
        done.added.append(name)
    elif case.versions.exclude(why=WHY).exists():
        done.kept.append(case.name)
    elif case.current is not None and case.current.content_hash == content_hash(write_content(file.content)):
        done.same.append(case.name)
    else:
        save_version(case=case, user=user, content=file.content, why=WHY)
        done.updated.append(case.name)


def _install_training(shipped: ShippedTraining, client: Client, user: User | None, done: Installed) -> None:
    known = Training.objects.filter(client=client, library_key=shipped.key).first()
    if known is not None:
        done.same.append(known.name)
        return
    name = _free_name(Training.objects.filter(client=client), shipped.name)
    save_training(
        client=client, user=user, name=name, title=shipped.title, material=shipped.material, language=shipped.language,
        skills=shipped.skills, library_key=shipped.key,
    )  # fmt: skip
    done.added.append(name)


def _install_suite(shipped: ShippedSuite, client: Client, user: User | None, done: Installed) -> None:
    """Found again by its name: who renames it gets another one, who changes its cases keeps them."""
    if Suite.objects.filter(client=client, name=shipped.name).exists():
        done.same.append(shipped.name)
        return
    keys = {case.file.name: case.key for case in shipped_cases(shipped.language)}
    rows = {row.library_key: row for row in TestCase.objects.filter(client=client, library_key__in=keys.values())}
    cases = [rows[keys[name]] for name in shipped.cases]
    save_suite(
        client=client, user=user, name=shipped.name, title=shipped.title, description=shipped.description, cases=cases
    )
    done.added.append(shipped.name)


def _free_name(rows: QuerySet[Model], name: str) -> str:
    """`name`, or another where the client calls something of its own so."""
    taken = set(rows.filter(name__startswith=name).values_list("name", flat=True))
    return next(each for number in range(1, 1000) if (each := name if number == 1 else f"{name}-{number}") not in taken)
