"""How long a session lasts, and who ends it.

A session ends after a time without a request, and at the latest after a time whatever happens. Which sessions a
person has stands in allauth's UserSession rows, made when they sign in.
"""

import time
from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from salesiq.people.models import User
from salesiq.people.signals import object_touched

SIGNED_IN_AT, SEEN_AT = "signed_in_at", "seen_at"
# The last request is noted this often, not with each one: a page would cost a write otherwise.
NOTED_EVERY_SECONDS = 60


@receiver(user_logged_in)
def start(sender: type[User], *, request: HttpRequest, user: User, **_: Any) -> None:
    """The clocks of a session start when somebody signs in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(time.time())


class SessionLimitsMiddleware(MiddlewareMixin):
    """Ends sessions that are idle or old, also those of the API and the back office."""

    def process_request(self, request: HttpRequest) -> None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or SIGNED_IN_AT not in request.session:
            return
        now = int(time.time())
        if now - request.session[SEEN_AT] > settings.SESSION_IDLE_SECONDS:
            _expire(request, _("You were signed out because you had not been here for a while."))
        elif now - request.session[SIGNED_IN_AT] > settings.SESSION_COOKIE_AGE:
            _expire(request, _("You were signed out because you had been signed in for long. Sign in again."))
        elif now - request.session[SEEN_AT] > NOTED_EVERY_SECONDS and not _is_polling(request):
            request.session[SEEN_AT] = now
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def _expire(request: HttpRequest, words: str) -> None:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    request.session_expired = True  # type: ignore[attr-defined]
    logout(request)
    if request.accepts("text/html"):
        messages.warning(request, words)


def _is_polling(request: HttpRequest) -> bool:
    """A page that asks by itself whether there is news is no sign of somebody in front of it."""
    return request.headers.get("HX-Trigger") in ("rows", "progress")


def end_sessions(*, user: User, sessions: Iterable[UserSession], actor: User | None, request: HttpRequest) -> int:
    """End `sessions` of `user` and file it; returns how many there were."""
    count = 0
    for session in sessions:
        session.end()
        count += 1
    if count:
        object_touched.send(
            User, target=user, action="sessions_ended", actor=actor, request=request, details={"sessions": count}
        )
    return count
