"""A real OpenID Connect provider on loopback (oidc-provider-mock), with a hand on what it says."""

import base64
import hashlib
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import werkzeug.serving
from authlib import jose
from oidc_provider_mock import app


@dataclass
class Provider:
    """`edits` are laid over the claims of each ID token, which is signed again; `header` over its header."""

    url: str = ""
    storage: Any = None
    edits: dict[str, Any] = field(default_factory=dict)
    key: Any = None
    algorithm: str = "RS256"
    userinfo: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    token_requests: list[dict[str, list[str]]] = field(default_factory=list)
    challenge: str = ""

    def knows(self, sub: str, **claims: Any) -> str:
        httpx.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()
        return sub

    def consent(self, authorize_url: str, sub: str | None) -> str:
        """What a person does at the provider: choose who they are, or refuse. Returns the way back."""
        self.challenge = parse_qs(urlsplit(authorize_url).query).get("code_challenge", [""])[0]
        form = {"sub": sub} if sub else {"action": "deny"}
        answer = httpx.post(authorize_url, data=form, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def proved_its_challenge(self) -> bool:
        """Whether the code was exchanged with the verifier of the challenge (RFC 7636, S256)."""
        verifier = self.token_requests[-1]["code_verifier"][0]
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge != ""

    def middleware(self, wrapped: Any) -> Any:
        def serve(environ: dict[str, Any], start: Any) -> Any:
            path = environ["PATH_INFO"]
            if path == "/oauth2/token":
                body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                self.token_requests.append(parse_qs(body.decode()))
                environ["wsgi.input"] = io.BytesIO(body)
            if path not in ("/oauth2/token", "/userinfo", "/.well-known/openid-configuration"):
                return wrapped(environ, start)
            return self._edited(path, wrapped, environ, start)

        return serve

    def _edited(self, path: str, wrapped: Any, environ: dict[str, Any], start: Any) -> Any:
        caught: list[Any] = []
        content = b"".join(wrapped(environ, lambda *args: caught.extend(args)))
        answer = json.loads(content) if caught[0].startswith("200") else None
        if answer is not None:
            if path == "/oauth2/token" and (self.edits or self.key):
                answer["id_token"] = self._forge(answer["id_token"])
            answer |= {"/userinfo": self.userinfo, "/.well-known/openid-configuration": self.discovery}.get(path, {})
            content = json.dumps(answer).encode()
        headers = [(name, value) for name, value in caught[1] if name.lower() != "content-length"]
        start(caught[0], [*headers, ("Content-Length", str(len(content)))])
        return [content]

    def _forge(self, token: str) -> str:
        parts = token.split(".")
        header, claims = (json.loads(base64.urlsafe_b64decode(part + "===")) for part in parts[:2])
        claims = {name: value for name, value in (claims | self.edits).items() if value is not None}
        key = self.key or self.storage.jwk
        return jose.jwt.encode({**header, "alg": self.algorithm}, claims, key).decode()


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()
    served = app()
    served.before_request(lambda: setattr(provider, "storage", flask.g.oidc_provider_mock_storage))
    served.wsgi_app = provider.middleware(served.wsgi_app)
    server = werkzeug.serving.make_server("localhost", 0, served, threaded=True)
    provider.url = f"http://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()
