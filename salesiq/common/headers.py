"""What browsers are told about each page: what it may load, who may frame it, who may keep it.

Our own pages run scripts and styles from files of this site and nothing else. The back office and the API's
documentation come from libraries with needs of their own; what each needs, and why, stands beside its policy.
"""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

Policy = dict[str, list[str]]

PAGES: Policy = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],  # the QR code of a second factor never becomes a file
    "font-src": [SELF],
    "media-src": [SELF, "blob:"],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
# unfold's screens are built with Alpine.js, which compiles the expressions in its attributes: without unsafe-eval none
# of its menus opens (1,298 refusals on a walk over all screens). Its colours stand in style elements that follow our
# settings, hence unsafe-inline for styles. Inline scripts it has none of, so that injected ones stay dead.
BACK_OFFICE: Policy = {**PAGES, "script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}
# swagger-ui's page has one style element; its start-up script is a file of ours.
SWAGGER_STYLE = "'sha256-MMpT0iDxyjALd9PdfepImGX3DBfJPXZ4IlDWdPAgtn0='"
DOCUMENTATION: Policy = {**PAGES, "style-src": [SELF, SWAGGER_STYLE]}

POLICIES: dict[str, Policy] = {"/admin/": BACK_OFFICE, "/api/v1/docs": DOCUMENTATION}

# Nothing here uses a camera, a place, a payment or a sensor. Passkeys and full screen are for our own pages.
FEATURES = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "browsing-topics",
                "camera",
                "display-capture",
                "geolocation",
                "gyroscope",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "usb",
            )
        ),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp with one policy per part of the site."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            parts.config = policy_of(request.path_info)
        return parts


def policy_of(path: str) -> dict[str, Any]:
    """The Content-Security-Policy of an address, as django-csp's directives."""
    return next((policy for prefix, policy in POLICIES.items() if path.startswith(prefix)), PAGES)


class SafeHeadersMiddleware(MiddlewareMixin):
    """The headers that Django does not send: features, who may embed, who may keep a personal page."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Permissions-Policy", FEATURES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if _is_personal(request):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def _is_personal(request: HttpRequest) -> bool:
    """Whether somebody was signed in, or is about to be: a session's cookie came along or is being set."""
    session = getattr(request, "session", None)
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(session is not None and session.modified)
