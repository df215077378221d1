"""How often a key may ask."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from salesiq.people.api.authentication import key_of

if TYPE_CHECKING:
    from rest_framework.views import APIView


class KeyRateThrottle(ScopedRateThrottle):
    """Each key has its own allowance, so that one program that runs wild does not stop the others of its user."""

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        key = key_of(request)
        if key is None:
            return super().get_cache_key(request, view)
        return self.cache_format % {"scope": self.scope, "ident": f"key-{key.pk}"}
