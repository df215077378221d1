import asyncio
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from prompts.providers.asking import ErrorKind, ModelError, ask
from prompts.providers.egress import CheckedTransport, Egress, is_public
from prompts.providers.endpoints import problem_of_url
from tests.prompts.factories import make_model, make_provider

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_known_in_every_dress(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_as_public_as_the_address_itself(address):
    assert is_public(f"::ffff:{address}") == is_public(f"64:ff9b::{address}") == is_public(str(address))


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x", "https://", "https://u:p@host/v1", "https://host/v1?key=1", "http://[::1", "https://host:99999"],
)
def test_urls_that_are_none_are_named(url):
    assert problem_of_url(url)


def kind_of(model, request):
    with pytest.raises(ModelError) as caught:
        ask(client=model.client, models=[model], request=request)
    return caught.value.kind


@pytest.fixture
def names(monkeypatch):
    """What names resolve to: {name: addresses, one list for each time it is asked}."""
    known, real = {}, socket.getaddrinfo

    def answer(host, port, *args, **kwargs):
        rows = known.get(host)
        if rows is None:
            return real(host, port, *args, **kwargs)
        found = rows.pop(0) if len(rows) > 1 else rows[0]
        return [row for address in found for row in real(address, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return known


@pytest.fixture
def secure_server(tmp_path):
    """(port, a context that trusts it) of a server whose certificate is for `model.test` alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "model.test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("model.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "certificate.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port, ssl.create_default_context(cafile=str(file))
    server.shutdown()
    server.server_close()


def test_the_certificate_must_be_for_the_name_though_the_address_was_chosen_by_us(secure_server, names, settings):
    port, trusting = secure_server
    settings.MODEL_PRIVATE_HOSTS = ["model.test", "other.test"]
    names["model.test"] = names["other.test"] = [["127.0.0.1"]]

    async def get(host):
        transport = CheckedTransport(Egress(), verify=trusting)
        async with httpx2.AsyncClient(transport=transport) as client:
            return (await client.get(f"https://{host}:{port}/")).status_code

    assert asyncio.run(get("model.test")) == 501
    with pytest.raises(httpx2.ConnectError, match=r"mismatch|not valid"):
        asyncio.run(get("other.test"))


@pytest.mark.django_db
class TestAsking:
    @pytest.fixture
    def strict(self, server, settings):
        """The server's address is not allowed by name any more."""
        settings.MODEL_PRIVATE_HOSTS = []
        return server

    def test_a_private_address_is_refused_before_anything_is_sent(self, strict, ask_for):
        assert kind_of(make_model(url=strict.url), ask_for()) is ErrorKind.PRIVATE_ADDRESS
        assert strict.everything == []

    def test_a_name_with_one_private_address_among_public_ones_is_refused(self, strict, ask_for, names):
        names["model.test"] = [["1.1.1.1", "127.0.0.1"]]
        model = make_model(url=strict.url.replace("127.0.0.1", "model.test"))
        assert kind_of(model, ask_for()) is ErrorKind.PRIVATE_ADDRESS
        assert strict.everything == []

    def test_in_house_endpoints_are_reached_only_where_the_installation_allows_it(self, strict, ask_for, settings):
        settings.MODEL_IN_HOUSE_ENDPOINTS = True
        model = make_model(url=strict.url)
        assert ask(client=model.client, models=[model], request=ask_for()).text == "OK"
        metadata = make_model(url="http://169.254.169.254/v1")
        assert kind_of(metadata, ask_for()) is ErrorKind.PRIVATE_ADDRESS

    def test_the_connection_goes_to_the_address_that_was_checked(self, server, ask_for, names, settings):
        port = server.host.partition(":")[2]
        settings.MODEL_PRIVATE_HOSTS = [f"model.test:{port}"]
        names["model.test"] = [["127.0.0.1"], ["127.0.0.9"]]  # asked again, it would say something else
        model = make_model(url=f"http://model.test:{port}/v1")
        assert ask(client=model.client, models=[model], request=ask_for()).text == "OK"
        assert server.requests[0].headers["host"] == f"model.test:{port}"
        assert names["model.test"] == [["127.0.0.9"]]

    def test_public_endpoints_are_asked_by_https(self, ask_for, names):
        names["model.test"] = [["1.1.1.1"]]
        assert kind_of(make_model(url="http://model.test/v1"), ask_for()) is ErrorKind.NOT_ALLOWED

    def test_a_certificate_that_nobody_vouches_for_is_named_and_not_tried_again(self, secure_server, ask_for, settings):
        settings.MODEL_PRIVATE_HOSTS = ["127.0.0.1"]
        model = make_model(url=f"https://127.0.0.1:{secure_server[0]}/v1")
        with pytest.raises(ModelError, match="certificate") as error:
            ask(client=model.client, models=[model], request=ask_for())
        assert error.value.permanent

    def test_an_unknown_name_is_unreachable(self, ask_for):
        assert kind_of(make_model(url="https://nowhere.invalid/v1"), ask_for()) is ErrorKind.UNREACHABLE

    def test_another_port_of_an_allowed_host_is_not_allowed(self, server, ask_for):
        model = make_model(provider=make_provider(url="http://127.0.0.1:1/v1"))
        assert kind_of(model, ask_for()) is ErrorKind.PRIVATE_ADDRESS
