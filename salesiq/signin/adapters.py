"""allauth's decisions, made our way."""

from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from salesiq.people.models import User
from salesiq.signin.confirmation import is_fresh
from salesiq.signin.sealing import seal, unseal
from salesiq.signin.second_factor import FACTORS, is_demanded
from salesiq.signin.single_sign_on import refused

log = structlog.get_logger(__name__)


_post_office = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        log.error("mail_not_sent", error=type(error).__name__)


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up, no JSON answers, own words, mail only where a server is configured."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "User name and password do not belong together. Check both; small and capital letters count."
        ),
        "incorrect_code": _("That code is wrong or has been used. Wait for the next one and type it."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your present password."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes and try again."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made in the back office, or by single sign-on where that is configured."""
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """allauth answers scripts in JSON of its own; only the passkey's challenge is asked for by a script."""
        return request.resolver_match is not None and request.resolver_match.url_name == "mfa_login_webauthn"

    def get_client_ip(self, request: HttpRequest) -> str:
        # Behind a socket there is no address; this stands for none, and nothing is bound to it.
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 # nosec B104

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/account"

    def pre_login(  # type: ignore[override]
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse | None:
        """Where single sign-on is a must, the installation's superuser alone gets in without it."""
        by_provider = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        if settings.OIDC_ISSUER and settings.OIDC_ONLY and not by_provider and not user.is_superuser:
            clear_login(request)
            return refused(request, "password_off")
        return super().pre_login(request, user, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return render(request, "account/account_inactive.html", status=403)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who signed in a moment ago need not prove it again."""
        request = context.request
        return not is_fresh(get_authentication_records(request, request.user))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Written now and sent beside the request: how long that takes tells nobody whether an account is there."""
        if settings.EMAIL_HOST:
            letter = self.render_mail(template_prefix, email, {"request": self.request, "email": email, **context})
            _post_office.submit(_send, letter)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell people about changes of their own access, at the address the back office has."""
        if user.email:
            super().send_notification_mail(template_prefix, user, context, email=user.email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed before they are stored."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _("Your company asks for a second factor. Set up another one first."),
    }

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Who must have a factor may change it, and not be without."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return not is_demanded(authenticator.user) or others.exists()

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_user_identifier(self, user: AbstractBaseUser) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return "salesiq"
