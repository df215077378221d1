"""The page where everybody sees, replaces and revokes their own API keys."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from salesiq.people.backoffice import signed_in
from salesiq.people.keys import replace_key, revoke_key
from salesiq.people.models import ApiKey
from salesiq.people.roles import Capability
from salesiq.people.scopes import KeyScope

OVERLAP_HOURS = 24


@require_safe
@login_required
@never_cache
def own_keys(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    keys = list(ApiKey.objects.filter(user=user))
    context = {
        "keys": [key for key in keys if key.is_usable],
        "ended": [key for key in keys if not key.is_usable],
        "may_issue": user.can(Capability.MANAGE_KEYS),
    }
    return render(request, "people/keys.html", context)


@require_POST
@login_required
def revoke_own_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    key = _own(request, key_id)
    revoke_key(key=key, actor=signed_in(request), request=request)
    messages.success(request, _("%(key)s is revoked.") % {"key": key})
    return redirect("own-keys")


@require_POST
@login_required
@never_cache
def replace_own_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """A new secret, shown in this very answer; the old one works for a day."""
    try:
        issued = replace_key(key=_own(request, key_id), actor=signed_in(request), hours=OVERLAP_HOURS, request=request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("own-keys")
    scopes = [KeyScope(scope) for scope in issued.key.scopes]
    return render(request, "people/key_secret.html", {"key": issued.key, "secret": issued.secret, "scopes": scopes})


def _own(request: HttpRequest, key_id: UUID) -> ApiKey:
    key: ApiKey = get_object_or_404(ApiKey.objects.filter(user=signed_in(request)), pk=key_id)
    return key
