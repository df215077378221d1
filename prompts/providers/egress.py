"""Which addresses a request to a model may go to.

A client's administrator names endpoints, and the server that asks them stands inside the installation's network: an
endpoint must not become a way to what lies there. So a name is resolved by us, each of its addresses is checked, and
the connection goes to an address that was checked, whatever the name resolves to a moment later (DNS rebinding).
Redirects are not followed. OWASP Server Side Request Forgery Prevention Cheat Sheet.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
from django.conf import settings
from django.utils.translation import gettext as _

from prompts.providers.errors import ErrorKind, ModelError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052


@dataclass(frozen=True)
class Egress:
    """What one provider may reach. `loopback_port` is that of the model we started ourselves."""

    in_house: bool = False
    loopback_port: int | None = None

    def check(self, *, host: str, port: int, scheme: str, addresses: list[str]) -> None:
        """Raises ModelError where `host`, which resolved to `addresses`, may not be asked."""
        if self.loopback_port is not None:
            allowed = port == self.loopback_port and addresses == ["127.0.0.1"]
        else:
            allowed = is_named(host, port) or all(self._may(ipaddress.ip_address(row)) for row in addresses)
        if not allowed:
            raise private_address(host)
        if scheme != "https" and not is_named(host, port) and any(is_public(row) for row in addresses):
            message = _("%(host)s must be asked by https: the key and the texts would travel in the open.")
            raise ModelError(ErrorKind.NOT_ALLOWED, message % {"host": host})

    def _may(self, address: Address) -> bool:
        if is_public(address):
            return True
        plain = _inner(address)
        reserved = plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
        return self.in_house and settings.MODEL_IN_HOUSE_ENDPOINTS and not reserved


def is_public(address: Address | str) -> bool:
    """Whether the address is one of the public internet, also where one kind of address is wrapped in another."""
    plain = _inner(ipaddress.ip_address(address))
    return plain.is_global and not plain.is_multicast


def is_named(host: str, port: int) -> bool:
    """Whether the installation names this endpoint in SALESIQ_MODEL_PRIVATE_HOSTS."""
    named = {row.strip().lower() for row in settings.MODEL_PRIVATE_HOSTS}
    return host.lower() in named or f"{host.lower()}:{port}" in named


def private_address(host: str) -> ModelError:
    message = _(
        "%(host)s is an address inside the network of this installation. Who runs it can allow it by"
        " SALESIQ_MODEL_PRIVATE_HOSTS."
    )
    return ModelError(ErrorKind.PRIVATE_ADDRESS, message % {"host": host})


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of `host`, those that were given as numbers included; raises ModelError where there are none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        message = _("No address is known for %(host)s. Check the base URL.") % {"host": host}
        raise ModelError(ErrorKind.UNREACHABLE, message) from error
    return list(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in found))


class CheckedTransport(httpx2.AsyncBaseTransport):
    """Connects only to addresses that `egress` lets pass; TLS still proves the name that was asked for.

    `verify` names the authorities that may prove it: those of the operating system, unless a context brings others.
    """

    def __init__(self, egress: Egress, *, verify: ssl.SSLContext | bool = True) -> None:
        self._egress = egress
        limits = httpx2.Limits(max_connections=200, max_keepalive_connections=20, keepalive_expiry=30)
        self._inner = httpx2.AsyncHTTPTransport(verify=verify, limits=limits, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = await resolve(url.host, port)
        self._egress.check(host=url.host, port=port, scheme=url.scheme, addresses=addresses)
        failure: httpx2.TransportError | None = None
        for address in addresses:
            try:
                return _capped(await self._inner.handle_async_request(_to(request, address)))
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
        raise failure or httpx2.ConnectError("no address")

    async def aclose(self) -> None:
        await self._inner.aclose()


class TooLongAnswerError(httpx2.TransportError):
    """More came than SALESIQ_MODEL_MAX_ANSWER_KB allows."""


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream, self._left = stream, settings.MODEL_MAX_ANSWER_BYTES

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise TooLongAnswerError("too long an answer")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def _capped(response: httpx2.Response) -> httpx2.Response:
    """The response with its body limited; a compressed one, which we did not ask for, could unfold to any size."""
    stream = response.stream
    if (
        not isinstance(stream, httpx2.AsyncByteStream)
        or response.headers.get("content-encoding", "identity") != "identity"
    ):
        raise TooLongAnswerError("a compressed answer")
    return httpx2.Response(
        response.status_code, headers=response.headers, stream=_CappedStream(stream), extensions=response.extensions
    )


def _to(request: httpx2.Request, address: str) -> httpx2.Request:
    return httpx2.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": request.url.host},
    )


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
