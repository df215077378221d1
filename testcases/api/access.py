"""The ground of the endpoints about test cases: who may, what is found, and refusals as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.generics import get_object_or_404

from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.models import Client
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope
from testcases.content.problems import ContentError
from testcases.models import TestCase
from testcases.selectors import list_cases, playable_cases
from testcases.services import CaseError, NameTakenError, StaleVersionError, told_with_places

WRITING = ("POST", "PUT", "PATCH", "DELETE")
_CONFLICTS = (NameTakenError, StaleVersionError)


class TestsView(KeyedView):
    """For who sees test cases from the inside; writing takes the right to manage them."""

    __test__ = False

    capability = Capability.VIEW_TESTS
    capabilities = dict.fromkeys(WRITING, Capability.MANAGE_TESTS)
    scope = KeyScope.TESTS_READ
    scopes = dict.fromkeys(WRITING, KeyScope.TESTS_WRITE)

    @property
    def client(self) -> Client:
        """The user's client.

        Raises:
            Problem: 422, they belong to none.
        """
        if self.user.client is None:
            detail = _("You belong to no client. Sign in as somebody of the client.")
            raise Problem(detail, code="no_client", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.user.client

    @property
    def sees_inside(self) -> bool:
        """Whether the user works with tests; nobody does while the schema is drawn."""
        return self.user.is_authenticated and self.user.can(Capability.VIEW_TESTS)

    def case(self, pk: Any) -> TestCase:
        """One that the user works with; for agents one that they may play.

        Raises:
            Http404: there is none.
        """
        if self.sees_inside:
            return get_object_or_404(list_cases(self.user), pk=pk)
        agent = getattr(self.user, "agent", None)
        if agent is None:
            raise Http404
        return get_object_or_404(playable_cases(self.user, agent), pk=pk)


@contextmanager
def told_as_problems(*, places: "dict[str, str] | None" = None) -> Iterator[None]:
    """What services refuse: 403 not yours, 409 another state, 422 the rest. `places` renames the first member of a
    pointer into the content to where the request had it; all others stand under `content`."""
    try:
        yield
    except ContentError as error:
        errors = [_placed(each, places or {}) for each in told_with_places(error)]
        detail = _("This cannot be a test case: mend what is named and send it again.")
        raise Problem(detail, code="content", status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors) from error
    except CaseError as error:
        more = {"newest": error.newest} if isinstance(error, StaleVersionError) else {}
        status = HTTPStatus.CONFLICT if isinstance(error, _CONFLICTS) else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(error.sentence, code=error.code, status=status, extensions=more) from error
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        errors = [{"pointer": f"#/{name}", "detail": line} for name, lines in fields.items() for line in lines]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(errors[0]["detail"], code="invalid", status=status, errors=errors) from error
    except PermissionDenied as error:
        raise Problem(str(error), code="not_yours", status=HTTPStatus.FORBIDDEN) from error


def _placed(problem: dict[str, str], places: dict[str, str]) -> dict[str, str]:
    first, _slash, rest = problem["pointer"].removeprefix("#/").partition("/")
    if first not in places:
        return {**problem, "pointer": f"#/content{problem['pointer'].removeprefix('#')}"}
    tail = rest.split("/")[0] if places[first] == "success_criteria" else rest  # sentences have no inside
    return {**problem, "pointer": "#/" + "/".join(filter(None, [places[first], tail]))}
