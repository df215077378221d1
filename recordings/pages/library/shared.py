"""A moment behind a link: for signed-in people of the same client, while the link is open."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from recordings.models import MomentShare
from recordings.models.coaching import PEOPLE
from recordings.moments.services import ShareOverError, find_share, open_share, require_open
from recordings.pages.access import page, signed_in_user
from recordings.pages.library.sound import send_clip
from recordings.pages.library.views import moment_page
from salesiq.people.roles import Capability


def _share(request: HttpRequest, secret: str) -> MomentShare:
    """404 for another client's, and for who may not see the library."""
    user = signed_in_user(request)
    share = find_share(secret, user=user) if user.is_superuser or user.role in PEOPLE else None
    if share is None:
        raise Http404
    return share


@require_safe
@page(Capability.VIEW_CALLS)
def shared(request: HttpRequest, secret: str) -> HttpResponse:
    share = _share(request, secret)
    try:
        row = open_share(share=share, user=signed_in_user(request), request=request)
    except ShareOverError as error:
        return render(request, "recordings/library/over.html", {"sentence": str(error)}, status=410)
    return moment_page(request, row, secret=secret, sound=reverse("moment-shared-sound", args=[secret]))


@require_safe
@page(Capability.VIEW_CALLS)
def shared_sound(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Each opening is counted by the page; its sound only looks whether the link is still open."""
    share = _share(request, secret)
    try:
        require_open(share)
    except ShareOverError as error:
        return HttpResponse(str(error), status=410, content_type="text/plain; charset=utf-8")
    return send_clip(request, share.moment)
