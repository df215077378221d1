"""Who must have a second factor, and the way of those who have none yet to the page that sets it up."""

from http import HTTPStatus
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from salesiq.common.problems import API_PREFIX, CONTENT_TYPE, problem_body
from salesiq.people.models import SecondFactor, User

# Factors that stand on their own; recovery codes only stand in for them.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# In the session of somebody whose provider asked for a second factor itself.
PROVIDER_ASKED = "second_factor_at_provider"
# What stays open to those who must set one up: that, signing out, and choosing a language.
OPEN = {
    "account",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "admin-logout",
    "healthz",
    "logout",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "set_language",
}


def is_demanded(user: User) -> bool:
    """Whether `user` must have a second factor: the stricter of the installation's rule and their client's."""
    rules = {settings.SECOND_FACTOR, user.client.second_factor if user.client else SecondFactor.OPTIONAL}
    return SecondFactor.EVERYBODY in rules or (SecondFactor.BACK_OFFICE in rules and user.is_staff)


def is_missing(request: HttpRequest, user: User) -> bool:
    """Whether `user` must set a second factor up before anything else."""
    if not is_demanded(user) or request.session.get(PROVIDER_ASKED):
        return False
    passed = any(record.get("method") == "mfa" for record in get_authentication_records(request, user))
    return not passed and not is_mfa_enabled(user, FACTORS)


class SecondFactorMiddleware(MiddlewareMixin):
    """Holds everything back, the back office and the session's API as well, until a demanded factor is set up."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY not in request.session:
            return None
        match = request.resolver_match
        if match is None or match.url_name in OPEN or not isinstance(request.user, User):
            return None
        return _set_up_first(request) if is_missing(request, request.user) else None


def _set_up_first(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        detail = _("Your company asks for a second factor. Set it up on your account's page first.")
        status = HTTPStatus.FORBIDDEN
        body = problem_body(
            code="second_factor_required", title="", status=status, detail=detail, path=request.path_info
        )
        return JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    target = reverse("account")
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    messages.warning(request, _("Your company asks for a second factor. Set one up here; then everything opens."))
    return HttpResponseRedirect(target)
