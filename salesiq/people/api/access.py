"""The ground of every endpoint: the role's capability, the key's scope, a throttle, and no copy kept on the way."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from salesiq.common.problems import Problem
from salesiq.people.api.authentication import key_of
from salesiq.people.models import User
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope


class HasCapability(BasePermission):
    """Lets in users whose role grants the view's capability; others get 403, strangers 401."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.user, User):
            return False
        capability: Capability | None = view.capability_for(request.method)
        return capability is None or request.user.can(capability)


class HasScope(BasePermission):
    """Lets in keys that have the view's scope; who is signed in without a key needs none."""

    def has_permission(self, request: Request, view: Any) -> bool:
        require_scope(request, view.scope_for(request.method))
        return True


def may_use(request: Request, scope: KeyScope) -> bool:
    """Whether `scope` is open to the request: always, where it came without a key."""
    key = key_of(request)
    return key is None or scope.value in key.scopes


def require_scope(request: Request, scope: KeyScope) -> None:
    """Refuse a request by a key without `scope` (RFC 6750, section 3.1: insufficient_scope).

    Raises:
        Problem: 403, with the scope in words and as `scope`.
    """
    if may_use(request, scope):
        return
    detail = _("This key lacks the scope “%(scope)s”. Use one that has it, or ask an administrator for one.")
    raise Problem(
        detail % {"scope": scope.value},
        code="missing_scope",
        status=403,
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
        extensions={"scope": scope.value},
    )


class KeyedView(APIView):
    """Base of the endpoints. Each names its `scope`; `scopes` and `capabilities` differ by method where need be."""

    permission_classes = [HasCapability, HasScope]
    throttle_scope = "read"

    capability: ClassVar[Capability | None]
    capabilities: ClassVar[Mapping[str, Capability | None]] = {}
    scope: ClassVar[KeyScope]
    scopes: ClassVar[Mapping[str, KeyScope]] = {}

    @classmethod
    def capability_for(cls, method: str | None) -> Capability | None:
        return cls.capabilities.get(method or "", cls.capability)

    @classmethod
    def scope_for(cls, method: str | None) -> KeyScope:
        return cls.scopes.get(method or "", cls.scope)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls are personal data: nothing on the way may keep an answer, except where a view says otherwise."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @property
    def user(self) -> User:
        """The caller; never anonymous behind `HasCapability`."""
        return cast(User, self.request.user)
