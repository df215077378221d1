"""What the screen's scripts send and are told: small JSON bodies, and errors as sentences with a code."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from recordings.reviewing.errors import NotForYouError, WrongStateError

P = ParamSpec("P")
JsonView = Callable[Concatenate[HttpRequest, P], JsonResponse]


def json_body(request: HttpRequest) -> dict[str, Any]:
    """The body as an object.

    Raises:
        ValidationError: it is none.
    """
    try:
        body = json.loads(request.body or b"{}")
    except ValueError as error:
        raise ValidationError(_("The request could not be read. Reload the page and try again.")) from error
    if not isinstance(body, dict):
        raise ValidationError(_("The request could not be read. Reload the page and try again."))
    return body


def refusal(error: ValidationError | PermissionDenied, status: int) -> JsonResponse:
    """`error` in words for people and, where it has one, a code for the script."""
    words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return JsonResponse({"error": words, "code": getattr(error, "code", None) or ""}, status=status)


def told_in_json(view: JsonView[P]) -> JsonView[P]:
    """What a service refuses is answered with a sentence: 403 somebody else's, 410 too late, 400 otherwise."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> JsonResponse:
        try:
            return view(request, *args, **kwargs)
        except NotForYouError as error:
            return refusal(error, 403)
        except WrongStateError as error:
            return refusal(error, 410)
        except ValidationError as error:
            return refusal(error, 400)

    return cast(JsonView[P], wrapped)
