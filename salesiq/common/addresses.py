"""Whose address a request has when it came through reverse proxies."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin


def client_address(request: HttpRequest, proxies: int) -> str:
    """The address of the client behind `proxies` trusted reverse proxies; empty where there is none (a socket).

    Each proxy appends the address that it saw to X-Forwarded-For, so that only the last `proxies` entries can be
    believed: what stands left of them was written by the client. A header that is too short or holds no address is
    not believed at all.
    """
    seen = request.META.get("REMOTE_ADDR") or ""
    entries = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies < 1 or len(entries) < proxies:
        return _valid(seen)
    return _valid(entries[-proxies]) or _valid(seen)


def _valid(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


class ClientAddressMiddleware(MiddlewareMixin):
    """Puts the client's address into REMOTE_ADDR, where the audit trail, lock-out and throttles read it."""

    def process_request(self, request: HttpRequest) -> None:
        request.META["REMOTE_ADDR"] = client_address(request, settings.TRUSTED_PROXIES)
