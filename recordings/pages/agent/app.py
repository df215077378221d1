"""What makes the agent's pages an application that can be installed: manifest, service worker, page without a net.

The service worker keeps style sheets, fonts, icons and the page below, and nothing else: never a transcript, a sound
or anybody's data (docs/coaching.md).
"""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

KEPT_SECONDS = 3600
BACKGROUND, THEME = "#f6f7f9", "#3f4fd6"
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"),
         ("icon-maskable-512.png", "512x512", "maskable"))  # fmt: skip


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web application manifest (W3C, appmanifest)."""
    content = {
        "id": "/my",
        "name": _("salesiq: my calls"),
        "short_name": "salesiq",
        "description": _("My reviews, my coaching and my score"),
        "lang": request.LANGUAGE_CODE,
        "start_url": reverse("my"),
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": THEME,
        "icons": [
            {"src": static(f"salesiq/icons/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("My reviews"), "url": reverse("my-reviews")},
            {"name": _("My coaching"), "url": reverse("my-coaching")},
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, because a worker rules the addresses below its own."""
    path = Path(settings.BASE_DIR) / "static" / "salesiq" / "service-worker.js"
    return HttpResponse(path.read_bytes(), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a net. It is the same for everybody: it asks for no user."""
    return render(request, "recordings/agent/offline.html")
