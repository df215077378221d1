"""Who may open a page, and in whose time zone its times are shown."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from salesiq.people.models import User
from salesiq.people.roles import Capability

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in_user(request: HttpRequest) -> User:
    """The user of a view behind `page`; never anonymous there."""
    return cast(User, request.user)


def page(capability: Capability) -> Callable[[View[P]], View[P]]:
    """A view for signed-in people who have `capability`; others see the sign-in page or 403.

    Times inside are those of the user's client.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            user = signed_in_user(request)
            if not user.can(capability):
                raise PermissionDenied
            with timezone.override(_time_zone(user)):
                return view(request, *args, **kwargs)

        return cast(View[P], wrapped)

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; htmx is told to go there as a whole, not to put it into a corner of the page."""
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    seen = urlsplit(request.headers.get("HX-Current-URL", ""))
    sign_in = redirect_to_login(seen.path + (f"?{seen.query}" if seen.query else ""))
    return HttpResponse(headers={"HX-Redirect": sign_in.url})


def _time_zone(user: User) -> ZoneInfo | None:
    if user.client is None:
        return None
    try:
        return ZoneInfo(user.client.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None
