"""What people are told about their calls."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recordings.pages.access import signed_in_user
from recordings.privacy.transparency import notice_of, processing_sections
from salesiq.people.models import Client


@require_safe
def transparency(request: HttpRequest, slug: str) -> HttpResponse:
    """For anybody where the client has made it public; otherwise for its own people, and nobody else learns of it."""
    client = Client.objects.filter(slug=slug).first()
    if client is None or not (_is_public(client) or _is_of(request, client)):
        raise Http404(_("There is no such page, or it is not public."))
    context = {"client": client, "sections": processing_sections(client), "is_public": _is_public(client)}
    response = render(request, "privacy/transparency.html", context)
    response["Cache-Control"] = "no-cache"
    return response


def _is_public(client: Client) -> bool:
    return bool(notice_of(client).is_public)


def _is_of(request: HttpRequest, client: Client) -> bool:
    if not request.user.is_authenticated:
        return False
    return Client.objects.visible_to(signed_in_user(request)).filter(pk=client.pk).exists()
