"""Who guesses passwords is locked out: by name and address soon, by name from anywhere later.

Counting is django-axes', in the database, so that it holds over processes and restarts. What was typed as a name is
kept only when somebody has that name: people type passwords there. Otherwise its keyed hash is counted, so that
unknown names behave like known ones.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from allauth.account.internal.stagekit import clear_login
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from salesiq.people.models import User

Credentials = Mapping[str, Any] | None


class LockoutHandler(AxesDatabaseHandler):
    """axes' counting with a limit of its own for failures of a name over many addresses."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The worse of both counts, in failures of one name from one address."""
        here, anywhere = (
            attempts.aggregate(sum=Sum("failures_since_start"))["sum"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(here, anywhere * settings.AXES_FAILURE_LIMIT // settings.LOCKOUT_FAILURES_ANYWHERE)


def counted_name(request: HttpRequest | None, credentials: Credentials) -> str:
    """The name a failure is counted under: a user's own, or the keyed hash of what nobody is called."""
    typed = str((credentials or {}).get("username") or "")
    return typed if User.objects.filter(username=typed).exists() else str(unknown_name(typed))


def unknown_name(typed: str) -> uuid.UUID:
    """What stands for a name that nobody has: equal for equal names, and not to be turned back without the key."""
    return uuid.UUID(bytes=salted_hmac("salesiq.signin.unknown_name", typed, algorithm="sha256").digest()[:16])


def counted_address(request: HttpRequest) -> str | None:
    """REMOTE_ADDR, which `ClientAddressMiddleware` took from the trusted proxies."""
    return request.META.get("REMOTE_ADDR") or None


def is_closed(request: HttpRequest, username: str) -> bool:
    """Whether signing in as `username` from the request's address is locked."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, user: User) -> None:
    """Count a wrong second factor like a wrong password."""
    user_login_failed.send(
        sender=__name__, credentials={"username": user.get_username(), "second_factor": True}, request=request
    )


def failing_since() -> Any:
    """Failures before this moment are forgotten."""
    cooling: timedelta = settings.AXES_COOLOFF_TIME
    return timezone.now() - cooling


def unlock(*, user: User) -> int:
    """Forget the failures of `user`; returns how many counts there were."""
    return AccessAttempt.objects.filter(username=user.get_username()).delete()[0]


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: Credentials) -> HttpResponse:
    """The page that says how long and what to do; the half-finished sign-in is dropped."""
    clear_login(request)
    minutes = max(1, round(settings.AXES_COOLOFF_TIME.total_seconds() / 60))
    page = render(
        request,
        "account/locked_out.html",
        {"minutes": minutes, "has_mail": bool(settings.EMAIL_HOST)},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    page["Retry-After"] = str(minutes * 60)
    return page
