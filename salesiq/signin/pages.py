"""Pages of signing in and of a person's own account."""

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from allauth.account.internal.decorators import login_not_required
from allauth.account.views import LoginView, PasswordChangeView, PasswordResetView, logout
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.models import User
from salesiq.signin.browsers import describe_browser
from salesiq.signin.second_factor import FACTORS, is_demanded
from salesiq.signin.sessions import end_sessions


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends the session and has the browser forget what it kept of it (https://www.w3.org/TR/clear-site-data/)."""
    response: HttpResponseBase = logout(request)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


class SignInView(LoginView):
    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        only = settings.OIDC_ONLY and bool(settings.OIDC_ISSUER)
        return {
            **context,
            "has_mail": bool(settings.EMAIL_HOST) and not only,
            "sso_label": settings.OIDC_LABEL if settings.OIDC_ISSUER else "",
            "sso_only": only and "password" not in self.request.GET and not self.request.POST,
        }


class AskForResetView(PasswordResetView):
    """Without a mail server there is no form, and a sentence instead."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "has_mail": bool(settings.EMAIL_HOST)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.EMAIL_HOST:
            raise PermissionDenied
        return cast(HttpResponse, super().post(request, *args, **kwargs))


class ChangePasswordView(PasswordChangeView):
    """For people who have a password; those of single sign-on change theirs at their provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))


class RemovePasskeyView(RemoveWebAuthnView):
    """Who must have a second factor keeps the last one."""

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("account")


remove_passkey = RemovePasskeyView.as_view()
sign_in = SignInView.as_view()
ask_for_reset = login_not_required(AskForResetView.as_view())
change_password = ChangePasswordView.as_view()


def back_office_door(request: HttpRequest) -> HttpResponse:
    """To the one sign-in page; who is signed in and stands here has no rights in the back office."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    target = request.GET.get("next", reverse("admin:index"))
    if request.user.is_authenticated:
        return redirect("admin:index")
    return HttpResponseRedirect(f"{reverse('login')}?{urlencode({'next': target})}")


def own_password(request: HttpRequest) -> HttpResponse:
    """The back office's link to one's own password."""
    return redirect("account_change_password")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as the page shows it."""

    key: int
    browser: str
    address: str
    seen_at: Any
    is_current: bool


@login_required
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """One's password, second factor and sessions."""
    user = cast(User, request.user)
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    context = {
        "app": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each.wrap() for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "codes": next((each.wrap() for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None),
        "has_factor": any(each.type in FACTORS for each in factors),
        "is_demanded": is_demanded(user),
        "sessions": _sessions(request, user),
    }
    return render(request, "account/own.html", context)


def _sessions(request: HttpRequest, user: User) -> list[SessionRow]:
    rows = UserSession.objects.purge_and_list(user)
    shown = [
        SessionRow(row.pk, describe_browser(row.user_agent), row.ip, row.last_seen_at, row.is_current()) for row in rows
    ]
    return sorted(shown, key=lambda row: (not row.is_current, -row.seen_at.timestamp()))


@login_required
@require_POST
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """One session by its key, or all but this one."""
    user = cast(User, request.user)
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    chosen = request.POST.get("session", "")
    if chosen:
        others = others.filter(pk=int(chosen)) if chosen.isdecimal() else others.none()
    count = end_sessions(user=user, sessions=others, actor=user, request=request)
    messages.success(
        request, ngettext("%(count)d session was ended.", "%(count)d sessions were ended.", count) % {"count": count}
    )
    return redirect(reverse("account"))
