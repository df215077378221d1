"""What the services of test cases refuse, in sentences that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from salesiq.people.models import User
from salesiq.people.roles import Capability
from testcases.content.problems import ContentError, Problem


class CaseError(Exception):
    """`sentence` is for people, `code` for programs."""

    code = "test_case"

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code


class NameTakenError(CaseError):
    """Another of the client has the name."""

    code = "name_taken"


class StaleVersionError(CaseError):
    """Somebody saved a newer version since: `newest` is its number."""

    code = "stale_version"

    def __init__(self, sentence: str, *, newest: int) -> None:
        super().__init__(sentence)
        self.newest = newest


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One row of a file that cannot be taken: `line` counts from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return _("Line %(line)d: %(message)s") % {"line": self.line, "message": self.message}


class UnusableFileError(CaseError):
    """A file of which nothing was taken; `problems` name the lines."""

    code = "unusable_file"

    def __init__(self, sentence: str, problems: Sequence[RowProblem] = ()) -> None:
        super().__init__(sentence)
        self.problems = list(problems)


def told(problem: Problem) -> str:
    """What is to be mended, in the reader's language, without its place."""
    sentence = _(problem.template) if problem.template else ""
    return sentence % problem.values if problem.values else sentence


def told_with_places(error: ContentError) -> list[dict[str, str]]:
    """Each mistake of a document for an API's answer: {pointer, detail}."""
    return [{"pointer": f"#{problem.path}", "detail": told(problem)} for problem in error.problems]


def assert_may(user: User | None, capability: Capability) -> None:
    """`user` None is the product itself: the library, the demo, a job.

    Raises:
        PermissionDenied: the role does not give the right.
    """
    if user is not None and not user.can(capability):
        raise PermissionDenied(_("You may not do this. Ask an administrator for the right: %(right)s.") % {
            "right": capability.label
        })  # fmt: skip


def assert_same_client(user: User | None, *rows: Any) -> None:
    """Rows that one change joins are of one client, and of the user's.

    Raises:
        CaseError: they are not.
    """
    clients = {row.client_id for row in rows if row is not None}
    if user is not None and not user.is_superuser:
        clients.add(user.client_id)
    if len(clients) > 1:
        raise CaseError(_("This belongs to another client."), code="other_client")
