"""Suites: cases that are run together, in order."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from salesiq.audit.services import record_event
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability
from testcases.models import Suite, SuiteCase, TestCase
from testcases.services.errors import CaseError, NameTakenError, assert_may, assert_same_client

MOST_CASES = 500


def save_suite(
    *,
    client: Client,
    user: User | None,
    name: str,
    title: str,
    cases: Sequence[TestCase],
    description: str = "",
    suite: Suite | None = None,
) -> Suite:
    """A suite of `cases` in this order: a new one, or `suite` as it is to be from now on.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        NameTakenError: the client has another suite of this name.
        CaseError: a case is there twice, is another client's, or there are none or too many.
        ValidationError: a field's value cannot be used.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, suite, *cases)
    if any(case.client_id != client.pk for case in cases):
        raise CaseError(_("This belongs to another client."), code="other_client")
    _check(cases)
    with transaction.atomic():
        row = Suite.objects.select_for_update().get(pk=suite.pk) if suite else Suite(client=client, created_by=user)
        row.name, row.title, row.description = name, title, description
        row.full_clean(exclude=["client", "created_by"], validate_constraints=False)
        _save(row)
        SuiteCase.objects.filter(suite=row).delete()
        SuiteCase.objects.bulk_create(
            SuiteCase(suite=row, case=case, position=position) for position, case in enumerate(cases)
        )
        details = {"name": row.name, "cases": [str(case.pk) for case in cases]}
        record_event(action="changed" if suite else "added", target=row, actor=user, details=details)
    return row


def delete_suite(*, suite: Suite, user: User | None) -> None:
    """Its cases stay, and so do the runs of its batches; what was assigned of it goes.

    Raises:
        PermissionDenied: `user` may not manage test cases.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, suite)
    with transaction.atomic():
        record_event(action="deleted", target=suite, actor=user, details={"name": suite.name})
        suite.delete()


def _check(cases: Sequence[TestCase]) -> None:
    if not cases:
        raise CaseError(_("A suite needs at least one test case."), code="empty_suite")
    if len(cases) > MOST_CASES:
        raise CaseError(_("At most %(n)d test cases fit in a suite.") % {"n": MOST_CASES}, code="too_many_cases")
    if len({case.pk for case in cases}) < len(cases):
        raise CaseError(_("A test case stands in a suite once. Remove the second one."), code="case_twice")


def _save(suite: Suite) -> None:
    try:
        with transaction.atomic():
            suite.save()
    except IntegrityError as error:
        sentence = _("There is a suite “%(name)s” already. Choose another name.")
        raise NameTakenError(sentence % {"name": suite.name}) from error
