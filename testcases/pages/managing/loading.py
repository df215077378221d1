"""Rows that an address names: those that the reader may see, or 404."""

from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from salesiq.people.models import Client, User
from testcases.models import CaseVersion, TestCase

RowT = TypeVar("RowT", bound=Model)


def load_case(user: User, case_id: UUID) -> TestCase:
    """The case with its newest version."""
    rows = TestCase.objects.visible_to(user).select_related("client", "current", "source_agent", "created_by")
    return get_object_or_404(rows, pk=case_id)


def version_of(case: TestCase, number: int | str) -> CaseVersion:
    """The version of `number`, or 404."""
    if not str(number).isdecimal() or len(str(number)) > 9:
        raise Http404
    return get_object_or_404(case.versions.select_related("created_by"), number=int(number))


def versions_of(case: TestCase) -> QuerySet[CaseVersion]:
    """All of its versions without what they hold, the newest first."""
    return case.versions.defer("content").select_related("created_by").order_by("-number")


def client_of(user: User) -> Client:
    """The client that what is made belongs to. Who belongs to none cannot make anything."""
    if user.client is None:
        raise PermissionDenied
    return user.client


def one_of(rows: "QuerySet[RowT]", text: str) -> RowT | None:
    """The row whose id `text` is; None where it is no id or no row of `rows`."""
    try:
        return rows.filter(pk=UUID(text)).first()
    except ValueError:
        return None
