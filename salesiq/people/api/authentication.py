"""Who calls the API with a key.

REST framework imports this while it sets itself up, so nothing here may import its views.
"""

from hmac import compare_digest

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from salesiq.people.key_format import PREFIX, is_well_formed
from salesiq.people.keys import note_use
from salesiq.people.models import ApiKey, KeyState, User

# Keys of before they had a prefix: 64 hexadecimal digits.
FORMER_LENGTH = 64


class KeyAuthentication(TokenAuthentication):
    """`Authorization: Bearer siq_…`. `request.auth` is the key, `request.user` its user.

    Why a key is refused is told only to who holds its secret.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        found: tuple[User, ApiKey] | None = super().authenticate(request)  # type: ignore[no-untyped-call]
        if found is None:
            return None
        key, address = found[1], request.META.get("REMOTE_ADDR") or None
        if not key.may_come_from(address):
            detail = _("This key is not accepted from your address. Ask an administrator to add it to the key.")
            raise PermissionDenied(detail, code="address_refused")
        note_use(key=key, address=address, request=request._request)
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiKey]:
        """The user and key of a secret. Unlike knox's, it deletes nothing: a key that ended can still be told about."""
        secret = token.decode("ascii", "replace")
        if secret.startswith(PREFIX) and not is_well_formed(secret):
            sentence = _("This is no whole key: a part is missing or mistyped. Copy it again.")
            raise AuthenticationFailed(sentence, code="key_malformed")
        key = _find(secret)
        if key is None:
            raise AuthenticationFailed(_("There is no such key. Ask an administrator for one."), code="key_unknown")
        _check_alive(key)
        return key.user, key


def key_of(request: Request) -> ApiKey | None:
    """The key that a request came with."""
    return request.auth if isinstance(request.auth, ApiKey) else None


def _find(secret: str) -> ApiKey | None:
    digest = hash_token(secret)
    rows = ApiKey.objects.filter(token_key=secret[: CONSTANTS.TOKEN_KEY_LENGTH]).select_related("user__client")
    return next((key for key in rows if compare_digest(digest, key.digest)), None)


def _check_alive(key: ApiKey) -> None:
    if key.state == KeyState.REVOKED:
        sentence = _("This key was revoked on %(day)s. Ask an administrator for a new one.")
        raise AuthenticationFailed(sentence % {"day": f"{key.revoked_at:%Y-%m-%d}"}, code="key_revoked")
    if key.state == KeyState.EXPIRED:
        sentence = _("This key expired on %(day)s. Ask an administrator for a new one.")
        raise AuthenticationFailed(sentence % {"day": f"{key.expiry:%Y-%m-%d}"}, code="key_expired")
    if not key.user.is_active:
        raise AuthenticationFailed(_("The user of this key is not active any more."), code="user_inactive")
    if key.client_id != key.user.client_id:
        sentence = _("The user of this key has moved to another client since. Ask an administrator for a new key.")
        raise AuthenticationFailed(sentence, code="user_moved")
