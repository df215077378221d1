"""The ground of the endpoints about prompts: who may, what is found, and refusals as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework.generics import get_object_or_404

from prompts.context.registry import ContextDeniedError, ContextError
from prompts.models import Prompt, PromptVersion
from prompts.selectors import find_version, list_prompts
from prompts.services import ContentError, NameTakenError, PromptError, ProtectedLabelError, StaleVersionError
from prompts.templates.problems import RenderingError
from salesiq.common.problems import Problem
from salesiq.people.api.access import KeyedView
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

WRITING = ("POST", "PUT", "PATCH", "DELETE")
_CONFLICTS = (NameTakenError, StaleVersionError, ProtectedLabelError)


class PromptView(KeyedView):
    """For who sees prompts; writing takes the right to manage them."""

    capability = Capability.VIEW_PROMPTS
    capabilities = dict.fromkeys(WRITING, Capability.MANAGE_PROMPTS)
    scope = KeyScope.PROMPTS_READ
    scopes = dict.fromkeys(WRITING, KeyScope.PROMPTS_WRITE)

    def prompt(self, pk: Any) -> Prompt:
        return get_object_or_404(list_prompts(self.user).select_related("client"), pk=pk)

    def version(self, prompt: Prompt, *, number: int | None = None, label: str = "") -> PromptVersion:
        """The one meant; the newest without both.

        Raises:
            Problem: 404.
        """
        version = find_version(prompt, number=number, label=label)
        if version is None:
            detail = _("There is no such version of this prompt.")
            raise Problem(detail, code="no_version", status=HTTPStatus.NOT_FOUND)
        return version


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What services refuse: 409 another state, 403 the subject is not yours, 404 it is not there, 422 the rest."""
    try:
        yield
    except ContentError as error:
        raise _problem(error, errors=[_field(problem) for problem in error.problems]) from error
    except PromptError as error:
        more = {"newest": error.newest} if isinstance(error, StaleVersionError) else {}
        status = HTTPStatus.CONFLICT if isinstance(error, _CONFLICTS) else HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(error.sentence, code=error.code, status=status, extensions=more) from error
    except RenderingError as error:
        detail = _("The prompt cannot be filled with this. %(first)s") % {"first": str(error.problems[0])}
        errors = [_field(problem) for problem in error.problems]
        raise Problem(detail, code="values", status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors) from error
    except ContextDeniedError as error:
        raise Problem(str(error), code="not_yours", status=HTTPStatus.FORBIDDEN) from error
    except ContextError as error:
        raise Problem(str(error), code="no_subject", status=HTTPStatus.NOT_FOUND) from error
    except ValidationError as error:
        fields = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        errors = [{"pointer": f"#/{name}", "detail": line} for name, lines in fields.items() for line in lines]
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        raise Problem(errors[0]["detail"], code="invalid", status=status, errors=errors) from error


def _problem(error: PromptError, *, errors: list[dict[str, str]]) -> Problem:
    detail = f"{error.sentence} {errors[0]['detail']}" if errors else error.sentence
    return Problem(detail, code=error.code, status=HTTPStatus.UNPROCESSABLE_ENTITY, errors=errors)


def _field(problem: Any) -> dict[str, str]:
    name = str(problem.name).replace("~", "~0").replace("/", "~1")
    return {"pointer": f"#/{name}", "detail": str(problem)}
