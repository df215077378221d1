"""Talking with an OpenID Connect provider, checking what allauth leaves to the connection.

OpenID Connect Core 1.0, section 3.1.3.7: issuer, audience, authorised party, signature and expiry of the ID token;
section 5.3.2: the subject of the UserInfo answer must be the ID token's.
"""

import hashlib
from typing import Any

import jwt
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest

# Signed with a key pair; a shared secret or none at all proves nothing here.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_SECONDS = 60


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's client with the checks that it skips for tokens that came over the provider's own connection."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise OAuth2Error("The provider calls itself by another name than SALESIQ_OIDC_ISSUER.")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        raw = kwargs["response"].get("id_token")
        if not raw:
            raise OAuth2Error("The provider sent no ID token.")
        claims = self._decode_id_token(app, raw)
        told = self._fetch_user_info(token.token)
        if told.get("sub") != claims["sub"]:
            raise OAuth2Error("The provider spoke of two different people.")
        provider: Any = self.get_provider()  # type: ignore[no-untyped-call]
        login = provider.sociallogin_from_response(request, {"userinfo": told, "id_token": claims})
        # What the provider knows of a person is read now and not kept. The same `sub` at another issuer is another.
        login.claims = {**claims, **told}
        login.account.extra_data = {}
        login.account.uid = hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._key_of(id_token),
                algorithms=ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The ID token is not to be trusted: {error}") from error
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("The ID token was made for another application.")
        return claims

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        """The provider's published key that the token names; its only one where the token names none."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        name = jwt.get_unverified_header(id_token).get("kid")
        fitting = [key for key in keys if key.key_id == name] if name else keys
        if len(fitting) != 1:
            raise OAuth2Error("The ID token is not signed by a key of the provider's.")
        return fitting[0]


class CheckedProviders(DefaultSocialAccountAdapter):
    """Gives out allauth's provider with our client in it."""

    def get_provider(self, request: HttpRequest, provider: Any, client_id: str | None = None) -> Any:
        found = super().get_provider(request, provider, client_id=client_id)
        found.oauth2_adapter_class = ProviderAdapter
        return found
