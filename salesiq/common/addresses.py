"""Whose address a request has when it came through reverse proxies."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware


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


@sync_and_async_middleware
def ClientAddressMiddleware(get_response: Callable[[HttpRequest], HttpResponse]) -> object:  # noqa: N802
    """Puts the client's address into REMOTE_ADDR, where the audit trail, lock-out and throttles read it."""
    from asgiref.sync import iscoroutinefunction

    if iscoroutinefunction(get_response):

        async def waiting(request: HttpRequest) -> HttpResponse:
            request.META["REMOTE_ADDR"] = client_address(request, settings.TRUSTED_PROXIES)
            return await get_response(request)

        return waiting

    def direct(request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = client_address(request, settings.TRUSTED_PROXIES)
        return get_response(request)

    return direct
