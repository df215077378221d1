"""Single sign-on: whom the provider names is let in as the user with that verified e-mail address, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.services import choose_client
from salesiq.people.signals import object_touched
from salesiq.signin.provider import CheckedProviders, ProviderAdapter
from salesiq.signin.second_factor import PROVIDER_ASKED

log = structlog.get_logger(__name__)

PROVIDER = "sso"
REASONS = {
    "cancelled": _("You broke signing in off at the sign-in service."),
    "provider": _("The sign-in service could not be asked, or its answer could not be trusted. Try again."),
    "email": _("The sign-in service did not vouch for your e-mail address."),
    "domain": _("Your e-mail address is of a domain that is not let in here."),
    "unknown": _("Nobody here has your e-mail address."),
    "ambiguous": _("Several users here have your e-mail address."),
    "name_taken": _("Somebody else here has your e-mail address as a user name."),
    "client": _("Single sign-on is set up for a client that is not here."),
    "password_off": _("Signing in with a password or passkey is switched off. Use your company's sign-in service."),
}


class RefusedError(Exception):
    """Somebody is not let in; `reason` is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the provider names, as far as it is believed."""

    email: str
    first_name: str
    last_name: str
    role: str

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "Named":
        """Raises RefusedError: the address is missing, not vouched for, or of a foreign domain."""
        email = str(claims.get("email") or "").strip().lower()
        if "@" not in email or not (claims.get("email_verified") is True or settings.OIDC_EMAIL_IS_VERIFIED):
            raise RefusedError("email")
        domains = [domain.lower().lstrip("@") for domain in settings.OIDC_EMAIL_DOMAINS]
        if domains and email.rpartition("@")[2] not in domains:
            raise RefusedError("domain")
        first, last = (str(claims.get(name) or "")[:150] for name in ("given_name", "family_name"))
        return cls(email, first, last, role_of(claims))


def role_of(claims: Mapping[str, Any]) -> str:
    """The first role in SALESIQ_OIDC_ROLES whose name is among the claim's values; empty when none is."""
    told = claims.get(settings.OIDC_ROLE_CLAIM)
    values = {str(each) for each in told} if isinstance(told, list) else {str(told)}
    return next((role for name, role in settings.OIDC_ROLES.items() if name in values), "")


class SingleSignOnAdapter(CheckedProviders):
    """allauth's decisions about people from the provider."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Leaves a login that is tied to a user of ours, or ends the request with a page that says why not."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(refused(request, "provider"))
        try:
            with transaction.atomic():
                named = Named.of(sociallogin.claims)
                user = sociallogin.user if sociallogin.is_existing else _user_of(named, request)
                if not sociallogin.is_existing:
                    sociallogin.connect(request, user)
                _give_role(user, named, request)
        except RefusedError as error:
            raise ImmediateHttpResponse(refused(request, error.reason)) from error

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        log.warning("single_sign_on_failed", error=str(error), exception=type(exception).__name__)
        raise ImmediateHttpResponse(refused(request, "cancelled" if error == AuthError.CANCELLED else "provider"))

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """The first sign-in by the provider is no news worth a letter."""


def _user_of(named: Named, request: HttpRequest) -> User:
    """The user with that address, or a new one where that is configured. Never the installation's superuser.

    Raises:
        RefusedError: nobody has it, several have it, or the new user's name is taken.
    """
    users = User.objects.filter(email__iexact=named.email, is_superuser=False)
    if settings.OIDC_FOR_CLIENT:
        users = users.filter(client__slug=settings.OIDC_FOR_CLIENT)
    found = list(users[:2])
    if len(found) > 1:
        raise RefusedError("ambiguous")
    if found:
        return found[0]
    if not settings.OIDC_CREATE_USERS:
        raise RefusedError("unknown")
    return _new_user(named, request)


def _new_user(named: Named, request: HttpRequest) -> User:
    try:
        client = choose_client(settings.OIDC_FOR_CLIENT)
    except ValidationError as error:
        raise RefusedError("client") from error
    if User.objects.filter(username__iexact=named.email).exists():
        raise RefusedError("name_taken")
    user = User.objects.create_user(
        named.email[:150],
        named.email,
        None,
        first_name=named.first_name,
        last_name=named.last_name,
        role=named.role or settings.OIDC_DEFAULT_ROLE,
        client=client,
    )
    object_touched.send(
        User, target=user, action="added", actor=None, request=request, details={"by": "single_sign_on"}
    )
    return user


def _give_role(user: User, named: Named, request: HttpRequest) -> None:
    """Where the provider decides on roles, it does so at each sign-in; who is in no group has the default role."""
    role = named.role or settings.OIDC_DEFAULT_ROLE
    if not settings.OIDC_ROLES or user.is_superuser or user.role == role:
        return
    details = {
        "fields": ["role"],
        "before": {"role": user.role},
        "after": {"role": role},
        "by": "single_sign_on",
    }
    user.role = Role(role)
    user.save(update_fields=["role"])
    object_touched.send(User, target=user, action="changed", actor=None, request=request, details=details)


def refused(request: HttpRequest, reason: str) -> HttpResponse:
    """The page that says why somebody is not let in; filed, without what the provider told."""
    record_event(action="sign_in_failed", actor=None, request=request, details={"step": PROVIDER, "reason": reason})
    context = {"reason": REASONS[reason], "label": settings.OIDC_LABEL}
    return render(request, "account/sso_refused.html", context, status=HTTPStatus.FORBIDDEN)


@receiver(user_logged_in)
def note_second_factor(sender: object, *, request: HttpRequest, **kwargs: Any) -> None:
    """The provider's own second factor stands for ours where the installation says that it asks for one."""
    if kwargs.get("sociallogin") is not None and settings.OIDC_ASKS_SECOND_FACTOR:
        request.session[PROVIDER_ASKED] = True


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """To the provider, by a page of ours: browsers apply form-action to redirects after a form as well."""
    answer = _ask(OAuth2LoginView, request)
    if answer.status_code != HTTPStatus.FOUND:
        return answer
    return render(request, "account/sso_leave.html", {"url": answer["Location"], "label": settings.OIDC_LABEL})


@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code that is exchanged for who it is."""
    return _ask(OAuth2CallbackView, request)


def _ask(view: Any, request: HttpRequest) -> HttpResponse:
    if not settings.OIDC_ISSUER:
        raise Http404
    try:
        answer: HttpResponse = view.adapter_view(ProviderAdapter(request, PROVIDER))(request)
    except (OAuth2Error, RequestException, ValueError, KeyError, TypeError) as error:
        # allauth lets what is malformed through as the error that it caused.
        log.warning("single_sign_on_failed", exception=type(error).__name__)
        return refused(request, "provider")
    return answer
