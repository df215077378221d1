"""The forms of signing in, as allauth's with our counting and our names."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac

from salesiq.signin.lockout import count_failure, is_closed


class SignInForm(LoginForm):
    """The field of the user name is called `username`, as browsers and password managers know it."""

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else str(super().add_prefix(field_name))


class _CountedCode:
    """A wrong code counts like a wrong password, so that six digits cannot be tried out."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        request = context.request
        if is_closed(request, self.user.get_username()):
            request.axes_locked_out = True
            raise ValidationError("")
        try:
            code = str(super().clean_code())  # type: ignore[misc]
            _use_up(self.authenticator, code)
        except ValidationError:
            count_failure(request, self.user)
            raise
        return code


def _use_up(authenticator: Authenticator, code: str) -> None:
    """An app's code works once, whichever process saw it first (RFC 6238, section 5.2).

    Raises:
        ValidationError: the code was used.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return  # recovery codes are crossed off by allauth
    mark = salted_hmac("salesiq.signin.used_code", code, algorithm="sha256").hexdigest()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if row.data.get("used") == mark:
            raise get_adapter().validation_error("incorrect_code")
        row.data["used"] = mark
        row.save(update_fields=["data"])


class CodeForm(_CountedCode, AuthenticateForm):
    """The second factor's code while signing in."""


class ConfirmationCodeForm(_CountedCode, ReauthenticateForm):
    """The second factor's code before a sensitive step."""
