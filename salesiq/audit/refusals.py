"""Refused looks: somebody signed in asked for what is not theirs, or for what does not exist."""

from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from salesiq.audit.details import code_or_withheld
from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from salesiq.people.models import User

ONCE_PER_SECONDS = 60
COUNTED_FOR_SECONDS = 3600
REFUSED = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)


def is_refusal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an object's address was answered with 403 or 404, or the back office sent a member to its sign-in page.

    Does not touch the session or the database.
    """
    match = request.resolver_match
    if match is None or match.url_name is None or not match.kwargs:
        return False
    return response.status_code in REFUSED or (response.status_code == HTTPStatus.FOUND and match.app_name == "admin")


def record_refusal(request: HttpRequest, response: HttpResponseBase) -> AuditEvent | None:
    """File `refused` in the chain of the actor's own tenant; None for strangers and for what is counted only.

    One event per person, view and object a minute and process, so that a scan does not flood the trail. What came
    meanwhile is counted, and told by the next such event within the hour as `repeats`.
    """
    user, match = request.user, request.resolver_match
    if not isinstance(user, User) or match is None:
        return None
    if response.status_code == HTTPStatus.FOUND and user.is_staff:
        return None
    view = match.view_name or "unnamed"
    ids = {name: code_or_withheld(str(value)[:64]) for name, value in match.kwargs.items()}
    repeats = _count(f"audit-refused:{user.pk}:{view}:{':'.join(ids.values())}")
    if repeats is None:
        return None
    details: dict[str, Any] = {"view": view, "ids": ids, "status": response.status_code, "method": request.method}
    if repeats:
        details["repeats"] = repeats
    return record_event(action="refused", actor=user, client=user.client, request=request, details=details)


def _count(key: str) -> int | None:
    """How often it came since the last event; None while the minute of the last event lasts."""
    if cache.add(f"{key}:minute", True, ONCE_PER_SECONDS):
        repeats: int = cache.get(key, 0)
        cache.set(key, 0, COUNTED_FOR_SECONDS)
        return repeats
    try:
        cache.incr(key)
    except ValueError:
        cache.set(key, 1, COUNTED_FOR_SECONDS)
    return None
