"""Filing in the audit trail: who signed in and out, who failed, what changed about a person's access."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.account.signals import user_logged_in as signed_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from salesiq.audit.services import record_event
from salesiq.people.models import User
from salesiq.signin.lockout import unknown_name, unlock


@receiver(signed_in)
def file_sign_in(sender: object, *, request: HttpRequest, user: User, **kwargs: Any) -> None:
    records = request.session.get("account_authentication_methods", [])
    details = {"by": [record["method"] for record in records]}
    record_event(action="signed_in", target=user, actor=user, request=request, details=details)


@receiver(user_logged_out)
def file_sign_out(sender: object, *, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    if user is not None and request is not None:
        why = "expired" if getattr(request, "session_expired", False) else "asked"
        record_event(action="signed_out", target=user, actor=user, request=request, details={"why": why})


@receiver(user_login_failed)
def file_failure(sender: object, *, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """During a lock-out nothing more is filed: the trail is no place to hammer on."""
    if request is None or getattr(request, "axes_failures_since_start", None) is None:
        return
    step = "second_factor" if credentials.get("second_factor") else "password"
    target = _who(str(credentials.get("username") or ""))
    record_event(action="sign_in_failed", target=target, actor=None, request=request, details={"step": step})
    if getattr(request, "axes_locked_out", False):
        record_event(action="locked_out", target=target, actor=None, request=request)


def _who(username: str) -> User:
    """The user of that name; for a name that nobody has, a stand-in known by the keyed hash of what was typed."""
    return User.objects.filter(username=username).first() or User(pk=unknown_name(username))


@receiver([password_changed, password_set])
def file_password_change(sender: object, *, request: HttpRequest, user: User, **_: Any) -> None:
    record_event(action="password_changed", target=user, actor=user, request=request)


@receiver(password_reset)
def file_password_reset(sender: object, *, request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever reads the person's mail has proved enough to be let in again."""
    unlock(user=user)
    record_event(action="password_reset", target=user, actor=user, request=request)


def _file_factor(action: str, request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    record_event(action=action, target=user, actor=user, request=request, details={"factor": authenticator.type})


@receiver([authenticator_added, authenticator_reset])
def file_added_factor(
    sender: object, *, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    _file_factor("second_factor_added", request, user, authenticator)


@receiver(authenticator_removed)
def file_removed_factor(
    sender: object, *, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any
) -> None:
    _file_factor("second_factor_removed", request, user, authenticator)
