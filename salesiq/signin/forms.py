"""The forms of signing in, as allauth's with our counting and our names."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from salesiq.signin.lockout import count_failure, is_closed


class SignInForm(LoginForm):  # type: ignore[misc]
    """The field of the user name is called `username`, as browsers and password managers know it."""

    def add_prefix(self, field_name: str) -> str:
        return "username" if field_name == "login" else str(super().add_prefix(field_name))


class _CountedCode:
    """A wrong code counts like a wrong password, so that six digits cannot be tried out."""

    user: Any

    def clean_code(self) -> str:
        request = context.request
        if is_closed(request, self.user.get_username()):
            request.axes_locked_out = True
            raise ValidationError("")
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError:
            count_failure(request, self.user)
            raise


class CodeForm(_CountedCode, AuthenticateForm):  # type: ignore[misc]
    """The second factor's code while signing in."""


class ConfirmationCodeForm(_CountedCode, ReauthenticateForm):  # type: ignore[misc]
    """The second factor's code before a sensitive step."""
