"""Who may use an endpoint."""

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from salesiq.people.models import User
from salesiq.people.roles import Capability


class HasCapability(BasePermission):
    """Lets in users whose role grants the view's `capability`; others get 403, strangers 401."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.user, User) and request.user.can(view.capability)


class SalesView(APIView):
    """Base of the endpoints: a capability and a throttle each, and the user with their type."""

    permission_classes = [HasCapability]
    capability: Capability = Capability.VIEW_CALLS
    throttle_scope = "read"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Calls are personal data: nothing on the way may keep an answer, except where a view says otherwise."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    @property
    def user(self) -> User:
        """The caller; never anonymous behind `HasCapability`."""
        return cast(User, self.request.user)
