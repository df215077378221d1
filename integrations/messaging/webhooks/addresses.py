"""Which addresses webhooks may go to, and a connection that goes to an address that was checked.

A client's administrator names the address and the server that posts to it stands inside the installation's network.
So the name is resolved here, each of its addresses is checked, and the connection goes to one of those, whatever the
name resolves to a moment later. Redirects are not followed. OWASP Server Side Request Forgery Prevention Cheat Sheet.
"""

import socket
import ssl
from urllib.parse import urlsplit

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from prompts.providers.egress import is_public


class RefusedAddressError(Exception):
    """A webhook may not or cannot go there; a sentence for people that says what to do."""


def problem_of_url(url: str) -> str:
    """What is wrong with an address, in a sentence; empty where nothing is."""
    try:
        parts = urlsplit(url)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return _("This is no address.")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right:
        return _("The address must begin with https:// (or http:// inside your network) and a host.")
    if parts.username or parts.password or parts.fragment:
        return _("The address must hold no user, password or fragment. Receivers know us by the signature.")
    return ""


def check_addresses(*, host: str, port: int, scheme: str, addresses: list[str]) -> None:
    """
    Raises:
        RefusedAddressError: `host`, which resolved to `addresses`, may not be posted to.
    """
    if _is_named(host, port):
        return
    if not all(is_public(address) for address in addresses):
        text = _("%(host)s is an address inside the network of this installation. Who runs it can allow it by SALESIQ_WEBHOOK_PRIVATE_HOSTS.")  # noqa: E501  # fmt: skip
        raise RefusedAddressError(text % {"host": host})
    if scheme != "https":
        raise RefusedAddressError(_("%(host)s must be reached by https: others could read along.") % {"host": host})


def _is_named(host: str, port: int) -> bool:
    named = {row.strip().lower() for row in settings.WEBHOOK_PRIVATE_HOSTS}
    return host.lower() in named or f"{host.lower()}:{port}" in named


def _unknown(host: str) -> RefusedAddressError:
    return RefusedAddressError(_("No address is known for %(host)s.") % {"host": host})


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _unknown(host) from error
    return list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))


class CheckedTransport(httpx2.BaseTransport):
    """Connects only to addresses that were checked; TLS still proves the name that was asked for."""

    def __init__(self, *, verify: ssl.SSLContext | bool = True) -> None:
        self._inner = httpx2.HTTPTransport(verify=verify, trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = _resolve(url.host, port)
        check_addresses(host=url.host, port=port, scheme=url.scheme, addresses=addresses)
        failure: httpx2.TransportError | None = None
        for address in addresses:
            try:
                return self._inner.handle_request(_to(request, address))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
        raise failure or _unknown(url.host)

    def close(self) -> None:
        self._inner.close()


def _to(request: httpx2.Request, address: str) -> httpx2.Request:
    return httpx2.Request(
        request.method, request.url.copy_with(host=address), headers=request.headers, stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )  # fmt: skip
